package dev.penstock.cli;

import dev.penstock.certificate.AlternativeNames;
import dev.penstock.certificate.PemPair;
import dev.penstock.certificate.SelfSignedMaker;
import dev.penstock.model.Certificate;
import dev.penstock.model.ResourceName;
import dev.penstock.model.Sensitive;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Self-signed certificates, one for each gateway, kept from run to run so that clients which trust
 * one go on to; made anew at two thirds of their life, or when the names change.
 */
final class SelfSignedStore {

  static final Duration LIFE = Duration.ofDays(90);

  private static final String BOTH = "tls.pem";
  private static final String AUTHORITY = "ca.crt";

  private final Path folder;
  private final Clock clock;
  private final Map<ResourceName, PemPair> made = new HashMap<>();

  SelfSignedStore(Path folder, Clock clock) {
    this.folder = folder.toAbsolutePath();
    this.clock = clock;
  }

  /**
   * The one that is kept, or a new one. Where the folder cannot be written it lasts as this run.
   */
  SelfSigned get(ResourceName gateway, Set<String> names) {
    Path home = folder.resolve(gateway.namespace()).resolve(gateway.name());
    Optional<PemPair> kept = read(home).or(() -> Optional.ofNullable(made.get(gateway)));
    Optional<X509Certificate> good =
        kept.flatMap(pair -> parse(pair.chain())).filter(each -> serves(each, names));
    PemPair pair =
        good.isPresent()
            ? kept.orElseThrow()
            : new SelfSignedMaker().make("penstock " + gateway, names, clock.instant(), LIFE);
    made.put(gateway, pair);
    return describe(gateway, pair, keep(home, pair));
  }

  private static SelfSigned describe(ResourceName gateway, PemPair pair, Optional<Path> authority) {
    Instant expires = parse(pair.chain()).map(each -> each.getNotAfter().toInstant()).orElseThrow();
    var certificate =
        new Certificate("self-signed for " + gateway, pair.chain(), new Sensitive(pair.key()));
    return new SelfSigned(certificate, expires, authority);
  }

  private boolean serves(X509Certificate certificate, Set<String> names) {
    Instant from = certificate.getNotBefore().toInstant();
    Duration life = Duration.between(from, certificate.getNotAfter().toInstant());
    Instant now = clock.instant();
    return now.isAfter(from)
        && now.isBefore(from.plus(life.multipliedBy(2).dividedBy(3)))
        && AlternativeNames.of(certificate).containsAll(AlternativeNames.canonical(names));
  }

  private static Optional<PemPair> read(Path home) {
    try {
      return PemPair.parse(Files.readString(home.resolve(BOTH)));
    } catch (IOException e) {
      return Optional.empty(); // none yet, or none for us
    }
  }

  /** The file to trust, if it holds what is served. */
  private static Optional<Path> keep(Path home, PemPair pair) {
    Path authority = home.resolve(AUTHORITY);
    try {
      if (!read(home).equals(Optional.of(pair))) {
        PrivateFiles.write(home.resolve(BOTH), pair.text(), "rw-------");
      }
      if (!Files.exists(authority) || !Files.readString(authority).equals(pair.chain())) {
        PrivateFiles.write(authority, pair.chain(), "rw-r--r--");
      }
      return Optional.of(authority);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<X509Certificate> parse(String pem) {
    try {
      var in = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
      return Optional.of(
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in));
    } catch (CertificateException e) {
      return Optional.empty(); // damaged: a new one is made
    }
  }
}

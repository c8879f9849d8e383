package dev.penstock.operator.tls;

import dev.penstock.certificate.AlternativeNames;
import dev.penstock.certificate.CertificateCheck;
import dev.penstock.certificate.PemPair;
import dev.penstock.certificate.SelfSignedMaker;
import dev.penstock.model.Certificate;
import dev.penstock.model.GatewayConfig;
import dev.penstock.model.ResourceName;
import dev.penstock.model.Sensitive;
import dev.penstock.operator.resources.GatewayShape;
import dev.penstock.operator.resources.SelfSignedSecret;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The certificate of a gateway that names none: cert-manager's where an issuer is named, else a
 * self-signed one, made anew at two thirds of its life or when the names change.
 */
public final class OwnCertificate {

  static final Duration LIFE = Duration.ofDays(90);

  private static final String CHAIN = "tls.crt";
  private static final String KEY = "tls.key";

  /** A certificate of more names would not fit a handshake. */
  private static final int MOST_NAMES = 64;

  private final SelfSignedSecrets secrets;
  private final Clock clock;

  public OwnCertificate(SelfSignedSecrets secrets, Clock clock) {
    this.secrets = secrets;
    this.clock = clock;
  }

  /**
   * @param problem why it is not the one that is wanted
   */
  record Made(Certificate certificate, Optional<String> problem) {}

  Made get(GatewayShape shape, GatewayConfig config, List<Certificate> before) {
    ResourceName name = new ResourceName(shape.names().namespace(), shape.names().tls());
    Set<String> names = names(shape, config);
    Optional<Secret> standing = secrets.get(name);
    if (shape.issuer().isEmpty() && standing.filter(SelfSignedSecret::isForeign).isPresent()) {
      return new Made(meanwhile(name, names, before), Optional.of(foreign(name)));
    }
    if (shape.issuer().isEmpty()) {
      return new Made(selfSigned(shape, name, names, standing), Optional.empty());
    }
    Optional<Certificate> issued =
        standing
            .filter(secret -> !SelfSignedSecret.is(secret))
            .flatMap(secret -> read(name, secret))
            .filter(each -> CertificateCheck.problem(each, clock.instant()).isEmpty());
    return issued
        .map(each -> new Made(each, Optional.empty()))
        .orElseGet(() -> new Made(meanwhile(name, names, before), Optional.of(waiting(name))));
  }

  private static String foreign(ResourceName name) {
    return "Secret %s was not made by Penstock and is left alone; delete it, or name it in"
            .formatted(name)
        + " tls.certificateRefs: until then the self-signed certificate is kept nowhere";
  }

  private static String waiting(ResourceName name) {
    return "cert-manager has not issued Secret %s yet; see the Certificate of that name"
        .formatted(name);
  }

  /** When the self-signed one among them is to be made anew. */
  Optional<Instant> madeAnewAt(GatewayShape shape, List<Certificate> certificates) {
    return shape.issuer().isPresent() || !shape.certificateNames().isEmpty()
        ? Optional.empty()
        : certificates.stream()
            .flatMap(each -> CertificateCheck.leaf(each).stream())
            .map(OwnCertificate::old)
            .findFirst();
  }

  private Certificate selfSigned(
      GatewayShape shape, ResourceName name, Set<String> names, Optional<Secret> standing) {
    return standing
        .filter(SelfSignedSecret::is)
        .flatMap(secret -> read(name, secret))
        .filter(each -> serves(each, names))
        .orElseGet(
            () -> {
              Certificate made = make(name, names);
              secrets.put(shape, made);
              return made;
            });
  }

  /** Kept in the configuration alone, until cert-manager's is there. */
  private Certificate meanwhile(ResourceName name, Set<String> names, List<Certificate> before) {
    return before.stream()
        .filter(each -> each.name().equals(name.toString()))
        .filter(each -> serves(each, names))
        .findFirst()
        .orElseGet(() -> make(name, names));
  }

  private Certificate make(ResourceName name, Set<String> names) {
    PemPair pair = new SelfSignedMaker().make("penstock " + name, names, clock.instant(), LIFE);
    return new Certificate(name.toString(), pair.chain(), new Sensitive(pair.key()));
  }

  private boolean serves(Certificate certificate, Set<String> names) {
    Instant now = clock.instant();
    return CertificateCheck.problem(certificate, now).isEmpty()
        && CertificateCheck.leaf(certificate)
            .filter(leaf -> now.isBefore(old(leaf)))
            .filter(leaf -> AlternativeNames.of(leaf).equals(AlternativeNames.canonical(names)))
            .isPresent();
  }

  private static Instant old(X509Certificate leaf) {
    Instant from = leaf.getNotBefore().toInstant();
    Duration life = Duration.between(from, leaf.getNotAfter().toInstant());
    return from.plus(life.multipliedBy(2).dividedBy(3));
  }

  /** Those that clients use from outside, as far as they are known, and from within. */
  private static Set<String> names(GatewayShape shape, GatewayConfig config) {
    String service = shape.names().base() + "." + shape.names().namespace() + ".svc";
    var names = new TreeSet<>(config.hostnames());
    config.routes().stream()
        .flatMap(route -> route.hostnames().stream())
        .sorted()
        .distinct()
        .limit(MOST_NAMES)
        .forEach(names::add);
    names.addAll(List.of(service, service + ".cluster.local"));
    return names;
  }

  private static Optional<Certificate> read(ResourceName name, Secret secret) {
    var data = Objects.requireNonNullElse(secret.getData(), Map.<String, String>of());
    String chain = decoded(data.getOrDefault(CHAIN, ""));
    String key = decoded(data.getOrDefault(KEY, ""));
    return chain.isBlank() || key.isBlank()
        ? Optional.empty()
        : Optional.of(new Certificate(name.toString(), chain, new Sensitive(key)));
  }

  private static String decoded(String data) {
    return new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8);
  }
}

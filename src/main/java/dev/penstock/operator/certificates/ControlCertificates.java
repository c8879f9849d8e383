package dev.penstock.operator.certificates;

import dev.penstock.certificates.CertificateMaker;
import dev.penstock.certificates.PemPair;
import dev.penstock.certificates.Renewal;
import dev.penstock.model.ResourceName;
import dev.penstock.model.Sensitive;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Makes what the control ports of a gateway need, and keeps what is good of it. A new authority is
 * trusted beside the former ones, so that proxies may take its certificates when they see them.
 */
public final class ControlCertificates {

  static final Duration AUTHORITY_LIFE = Duration.ofDays(3653);
  static final Duration SERVER_LIFE = Duration.ofDays(90);

  /** 256 bits. */
  private static final int TOKEN_BYTES = 32;

  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{43}");

  private final String serverName;
  private final Clock clock;
  private final SecureRandom random;
  private final CertificateMaker maker;

  /**
   * @param serverName the DNS name that every proxy's control port has, wherever it is
   */
  public ControlCertificates(String serverName, Clock clock, SecureRandom random) {
    this.serverName = serverName;
    this.clock = clock;
    this.random = random;
    this.maker = new CertificateMaker(random);
  }

  /**
   * What the gateway is to have: equal to what it has, as long as that is good.
   *
   * @param authority what stands there; absent when nothing does, or it cannot be read
   * @param identity the same
   */
  public ControlCredentials renew(
      ResourceName gateway,
      Optional<ControlAuthority> authority,
      Optional<ControlIdentity> identity) {
    ControlAuthority signing = authority(gateway, authority);
    PemPair server =
        identity
            .map(ControlIdentity::server)
            .filter(pair -> serves(pair, signing))
            .orElseGet(() -> server(signing));
    Sensitive token =
        identity
            .map(ControlIdentity::token)
            .filter(kept -> TOKEN.matcher(kept.value()).matches())
            .orElseGet(this::token);
    return new ControlCredentials(signing, new ControlIdentity(server, token));
  }

  private ControlAuthority authority(ResourceName gateway, Optional<ControlAuthority> standing) {
    List<String> former = standing.map(each -> current(each.former())).orElse(List.of());
    Optional<PemPair> kept = standing.map(ControlAuthority::current).filter(this::signs);
    if (kept.isPresent()) {
      return new ControlAuthority(kept.get(), former);
    }
    var trusted = new ArrayList<String>();
    standing.ifPresent(last -> trusted.addAll(current(List.of(last.current().chain()))));
    trusted.addAll(former);
    Instant now = clock.instant();
    // The day keeps it apart from the one before, which has the same issuer's name otherwise.
    String name = "control " + now.atZone(ZoneOffset.UTC).toLocalDate() + " " + gateway;
    return new ControlAuthority(maker.authority(name, now, AUTHORITY_LIFE), trusted);
  }

  private boolean signs(PemPair authority) {
    return Renewal.sound(authority)
        && authority
            .certificate()
            .filter(each -> each.getBasicConstraints() >= 0)
            .filter(each -> Renewal.fresh(each, clock.instant()))
            .isPresent();
  }

  /** Those that have not ended. */
  private List<String> current(List<String> certificates) {
    return certificates.stream()
        .filter(
            pem ->
                PemPair.certificate(pem)
                    .filter(each -> clock.instant().isBefore(each.getNotAfter().toInstant()))
                    .isPresent())
        .distinct()
        .toList();
  }

  private boolean serves(PemPair server, ControlAuthority authority) {
    X509Certificate signing = authority.current().certificate().orElseThrow();
    return Renewal.sound(server)
        && Renewal.serves(server, List.of(serverName), clock.instant())
        && Renewal.signed(server, signing);
  }

  private PemPair server(ControlAuthority authority) {
    return maker.signed(
        authority.current(), serverName, List.of(serverName), clock.instant(), SERVER_LIFE);
  }

  private Sensitive token() {
    byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    return new Sensitive(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }
}

package dev.penstock.operator.certificates;

import dev.penstock.certificates.CertificateMaker;
import dev.penstock.certificates.PemPair;
import dev.penstock.certificates.Renewal;
import dev.penstock.model.GatewayConfig;
import dev.penstock.model.ResourceName;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Certificates for gateways that name none: self-signed, kept while they are good. */
public final class SelfSignedCertificates {

  static final Duration LIFE = Duration.ofDays(90);

  private final Clock clock;
  private final CertificateMaker maker;

  public SelfSignedCertificates(Clock clock, SecureRandom random) {
    this.clock = clock;
    this.maker = new CertificateMaker(random);
  }

  /**
   * The one that stands there, or a new one: at two thirds of its life, when it is damaged, and
   * when it lacks one of the names. {@link Renewal#due} tells when to ask again.
   *
   * @param names DNS names and IP addresses, at least one
   */
  public PemPair renew(ResourceName gateway, Set<String> names, Optional<PemPair> standing) {
    return standing
        .filter(Renewal::sound)
        .filter(pair -> Renewal.serves(pair, names, clock.instant()))
        .orElseGet(() -> maker.selfSigned("penstock " + gateway, names, clock.instant(), LIFE));
  }

  /**
   * By what clients may call a gateway: its host names and those of its routes, its Service, and
   * where the Service is reached from outside.
   *
   * @param service the name of the public Service
   * @param addresses host names and IP addresses, as in the gateway's status
   */
  public static Set<String> names(
      GatewayConfig config, String service, Collection<String> addresses) {
    var names = new TreeSet<>(config.hostnames());
    config.routes().forEach(route -> names.addAll(route.hostnames()));
    String inNamespace = service + "." + config.name().namespace();
    names.add(inNamespace);
    names.add(inNamespace + ".svc");
    names.add(inNamespace + ".svc.cluster.local");
    names.addAll(addresses);
    return names;
  }
}

package dev.penstock.operator.tls;

import dev.penstock.certificate.CertificateCheck;
import dev.penstock.model.Certificate;
import dev.penstock.model.GatewayConfig;
import dev.penstock.model.Tls;
import dev.penstock.operator.resources.GatewayShape;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Gives a translated gateway certificates that can be served: those it names, each or the last good
 * one in its place, and when none is left one that is made for it.
 */
public final class GatewayCertificates {

  private final OwnCertificate own;
  private final Clock clock;

  public GatewayCertificates(OwnCertificate own, Clock clock) {
    this.own = own;
    this.clock = clock;
  }

  /**
   * What clients are to meet.
   *
   * @param config with its certificates
   * @param problems with those that the gateway names, for its status
   * @param lookAgain when one of them has to be made anew or ends; absent without TLS
   */
  public record Certified(
      GatewayConfig config, List<String> problems, Optional<Instant> lookAgain) {

    public Certified {
      problems = List.copyOf(problems);
    }
  }

  /**
   * The configuration with certificates that can be served.
   *
   * @param running what the proxies have; its certificates were good once
   */
  public Certified certify(
      GatewayShape shape, GatewayConfig config, Optional<GatewayConfig> running) {
    if (config.tls().mode() == Tls.Mode.DISABLED) {
      return new Certified(config, List.of(), Optional.empty());
    }
    List<Certificate> before = running.map(each -> each.tls().certificates()).orElse(List.of());
    var problems = new ArrayList<String>();
    List<Certificate> good = new ArrayList<>();
    for (String name : shape.certificateNames()) {
      good(name, config.tls().certificates(), before, problems).ifPresent(good::add);
    }
    if (good.isEmpty()) {
      OwnCertificate.Made made = own.get(shape, config, before);
      made.problem().ifPresent(problems::add);
      good.add(made.certificate());
    }
    return new Certified(
        config.withTls(config.tls().withCertificates(good)), problems, lookAgain(shape, good));
  }

  private Optional<Certificate> good(
      String name, List<Certificate> now, List<Certificate> before, List<String> problems) {
    Optional<Certificate> current = named(name, now);
    Optional<String> problem =
        current.flatMap(each -> CertificateCheck.problem(each, clock.instant()));
    if (current.isPresent() && problem.isEmpty()) {
      return current;
    }
    Optional<Certificate> last =
        named(name, before)
            .filter(each -> CertificateCheck.problem(each, clock.instant()).isEmpty());
    // That a Secret is missing the translation tells.
    problem.ifPresent(
        what ->
            problems.add(
                "Secret %s cannot be used, %s; replace it%s"
                    .formatted(
                        name, what, last.isPresent() ? " (the last good one is served)" : "")));
    return last;
  }

  private static Optional<Certificate> named(String name, List<Certificate> certificates) {
    return certificates.stream().filter(each -> each.name().equals(name)).findFirst();
  }

  private Optional<Instant> lookAgain(GatewayShape shape, List<Certificate> certificates) {
    Optional<Instant> ends =
        certificates.stream()
            .flatMap(each -> CertificateCheck.expires(each).stream())
            .min(Comparator.naturalOrder());
    return own.madeAnewAt(shape, certificates)
        .filter(anew -> ends.isEmpty() || anew.isBefore(ends.get()))
        .or(() -> ends);
  }
}

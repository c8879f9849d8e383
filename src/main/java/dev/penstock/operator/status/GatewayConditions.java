package dev.penstock.operator.status;

import dev.penstock.control.ProxyReport;
import dev.penstock.operator.publish.Origins;
import dev.penstock.translate.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The conditions of an AIGateway. */
final class GatewayConditions {

  static final String LIMITER_DEGRADED = "LimiterDegraded";
  static final String CLIENTS_HIDDEN = "ClientAddressesHidden";

  /** Fewer requests say nothing about how many clients there are. */
  private static final long MANY_REQUESTS = 1000;

  private static final long FEW_ADDRESSES = 2;

  private GatewayConditions() {}

  /**
   * @param reached whether there is an address that clients may reach it by
   */
  static List<Wanted> of(
      GatewayFacts facts, Acknowledged proxies, List<ProxyReport> reports, boolean reached) {
    Outcome outcome = facts.translation().gateway();
    var conditions = new ArrayList<Wanted>();
    Wanted accepted = accepted(facts, outcome);
    conditions.add(accepted);
    conditions.add(resolved(facts, outcome));
    Wanted programmed = programmed(facts, proxies, accepted);
    conditions.add(programmed);
    conditions.add(ready(accepted, programmed, reached));
    limiter(reports).ifPresent(conditions::add);
    clients(reports).ifPresent(conditions::add);
    return conditions;
  }

  private static Wanted accepted(GatewayFacts facts, Outcome outcome) {
    if (outcome.accepted().holds() && !facts.objectProblems().isEmpty()) {
      return new Wanted(
          Wanted.ACCEPTED,
          Wanted.State.FALSE,
          ObjectProblem.reason(facts.objectProblems()),
          ObjectProblem.text(facts.objectProblems()));
    }
    return Wanted.of(Wanted.ACCEPTED, outcome.accepted());
  }

  private static Wanted resolved(GatewayFacts facts, Outcome outcome) {
    if (facts.certificateProblems().isEmpty()) {
      return Wanted.of(Wanted.RESOLVED_REFS, outcome.resolvedRefs());
    }
    Stream<String> first =
        outcome.resolvedRefs().holds() ? Stream.of() : Stream.of(outcome.resolvedRefs().message());
    String message =
        String.join("; ", Stream.concat(first, facts.certificateProblems().stream()).toList());
    return new Wanted(Wanted.RESOLVED_REFS, Wanted.State.FALSE, "InvalidCertificateRef", message);
  }

  private static Wanted programmed(GatewayFacts facts, Acknowledged proxies, Wanted accepted) {
    if (facts.origins().isEmpty()) {
      return Acknowledged.pending(
          accepted.holds()
              ? "what it refers to stands in the way; what ran before goes on"
              : "it is not accepted; what ran before goes on");
    }
    Origins origins = facts.origins().get();
    return proxies.programmed(origins.gateway().since(), origins.sequence(), "this configuration");
  }

  private static Wanted ready(Wanted accepted, Wanted programmed, boolean reached) {
    if (accepted.holds() && programmed.holds()) {
      return new Wanted(
          Wanted.READY,
          Wanted.State.TRUE,
          Wanted.READY,
          reached
              ? "it serves its services"
              : "it serves its services within the cluster; its Service has no outer address yet");
    }
    Wanted cause = accepted.holds() ? programmed : accepted;
    return new Wanted(Wanted.READY, cause.state(), cause.reason(), cause.message());
  }

  private static Optional<Wanted> limiter(List<ProxyReport> reports) {
    List<ProxyReport.LimiterState> states =
        reports.stream().flatMap(report -> report.limiter().stream()).toList();
    if (states.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> problem =
        states.stream().flatMap(state -> state.problem().stream()).sorted().findFirst();
    if (problem.isPresent()) {
      return Optional.of(
          new Wanted(
              LIMITER_DEGRADED,
              Wanted.State.TRUE,
              "StoreUnavailable",
              "limits follow spec.limiter.failurePolicy: " + problem.get()));
    }
    if (!states.getFirst().shared() && reports.size() > 1) {
      return Optional.of(
          new Wanted(
              LIMITER_DEGRADED,
              Wanted.State.TRUE,
              "NotShared",
              "each proxy limits by itself, with its share of each rate; set spec.limiter.redis"));
    }
    return Optional.of(
        new Wanted(LIMITER_DEGRADED, Wanted.State.FALSE, "Exact", "limits hold over all proxies"));
  }

  private static Optional<Wanted> clients(List<ProxyReport> reports) {
    long requests = reports.stream().mapToLong(report -> report.clients().requests()).sum();
    long distinct =
        reports.stream().mapToLong(report -> report.clients().distinct()).max().orElse(0);
    if (requests < MANY_REQUESTS) {
      return Optional.empty();
    }
    // No numbers in the text: it would change, and be written, with every report.
    return Optional.of(
        distinct <= FEW_ADDRESSES
            ? new Wanted(
                CLIENTS_HIDDEN,
                Wanted.State.TRUE,
                "FewAddresses",
                "all requests come from one or two addresses; if there are more clients, something"
                    + " between hides them and they share their limits: use externalTrafficPolicy"
                    + " Local, or name it in spec.clientIP.trustedProxies")
            : new Wanted(
                CLIENTS_HIDDEN, Wanted.State.FALSE, "ManyAddresses", "clients can be told apart"));
  }
}

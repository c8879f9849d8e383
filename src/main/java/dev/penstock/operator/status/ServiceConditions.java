package dev.penstock.operator.status;

import dev.penstock.model.ResourceName;
import dev.penstock.operator.publish.Origins;
import dev.penstock.translate.Outcome;
import java.util.List;
import java.util.Map;

/** The conditions of an AIService at one of its gateways. */
final class ServiceConditions {

  private ServiceConditions() {}

  static List<Wanted> of(
      ResourceName service, Outcome outcome, GatewayFacts facts, Acknowledged proxies) {
    Wanted accepted = Wanted.of(Wanted.ACCEPTED, outcome.accepted());
    Wanted resolved = Wanted.of(Wanted.RESOLVED_REFS, outcome.resolvedRefs());
    Wanted programmed = programmed(service, accepted, facts, proxies);
    Wanted ready = ready(accepted, resolved, programmed, outcome, facts.idle().contains(service));
    List<ObjectProblem> problems = facts.backendProblems().getOrDefault(service, List.of());
    if (ready.holds() && !problems.isEmpty()) {
      ready =
          new Wanted(
              Wanted.READY,
              Wanted.State.FALSE,
              ObjectProblem.reason(problems),
              ObjectProblem.text(problems));
    }
    return List.of(accepted, resolved, programmed, ready);
  }

  private static Wanted programmed(
      ResourceName service, Wanted accepted, GatewayFacts facts, Acknowledged proxies) {
    if (!accepted.holds()) {
      return new Wanted(
          Wanted.PROGRAMMED,
          Wanted.State.FALSE,
          accepted.reason(),
          "it is not accepted: " + accepted.message());
    }
    if (facts.origins().isEmpty()) {
      return Acknowledged.pending(
          "its AIGateway has problems, see its status; what ran before goes on");
    }
    Origins origins = facts.origins().get();
    if (!origins.services().containsKey(service)) {
      return Acknowledged.pending("it is not configured");
    }
    return proxies.programmed(origins.since(service), "it");
  }

  private static Wanted ready(
      Wanted accepted, Wanted resolved, Wanted programmed, Outcome outcome, boolean idle) {
    if (!accepted.holds()) {
      return not(accepted);
    }
    if (!outcome.served()) {
      return not(
          new Wanted(
              Wanted.READY,
              Wanted.State.FALSE,
              resolved.reason(),
              "its requests are answered 503: " + resolved.message()));
    }
    if (!programmed.holds()) {
      return not(programmed);
    }
    if (idle) {
      return new Wanted(
          Wanted.READY,
          Wanted.State.FALSE,
          Wanted.PENDING,
          "no address of its backend is ready; see the pods of the Service");
    }
    return new Wanted(Wanted.READY, Wanted.State.TRUE, Wanted.READY, "requests are served");
  }

  private static Wanted not(Wanted cause) {
    return new Wanted(Wanted.READY, cause.state(), cause.reason(), cause.message());
  }

  /** Of a service none of whose gateways is there. */
  static List<Wanted> withoutGateway(List<String> problems) {
    String message = String.join("; ", problems);
    String reason = "GatewayNotFound";
    return List.of(
        new Wanted(Wanted.ACCEPTED, Wanted.State.FALSE, reason, message),
        new Wanted(
            Wanted.RESOLVED_REFS, Wanted.State.FALSE, reason, "nothing is looked up without one"),
        new Wanted(Wanted.PROGRAMMED, Wanted.State.FALSE, reason, message),
        new Wanted(Wanted.READY, Wanted.State.FALSE, reason, message));
  }

  /** At several gateways: what does not hold at one of them does not hold. */
  static List<Wanted> together(Map<ResourceName, List<Wanted>> byGateway) {
    if (byGateway.size() == 1) {
      return byGateway.values().iterator().next();
    }
    List<List<Wanted>> all = List.copyOf(byGateway.values());
    List<ResourceName> names = List.copyOf(byGateway.keySet());
    return java.util.stream.IntStream.range(0, all.getFirst().size())
        .mapToObj(condition -> worst(all, names, condition))
        .toList();
  }

  private static Wanted worst(List<List<Wanted>> all, List<ResourceName> names, int condition) {
    Wanted worst = all.getFirst().get(condition);
    int at = 0;
    for (int i = 1; i < all.size(); i++) {
      Wanted other = all.get(i).get(condition);
      if (rank(other) > rank(worst)) {
        worst = other;
        at = i;
      }
    }
    return worst.holds()
        ? worst
        : new Wanted(
            worst.type(),
            worst.state(),
            worst.reason(),
            "at AIGateway " + names.get(at) + ": " + worst.message());
  }

  private static int rank(Wanted wanted) {
    return switch (wanted.state()) {
      case TRUE -> 0;
      case AS_BEFORE -> 1;
      case SOON -> 2;
      case FALSE -> 3;
    };
  }
}

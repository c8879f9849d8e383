package dev.penstock.translate;

import dev.penstock.api.v1alpha1.AIService;
import dev.penstock.model.GatewayConfig;
import dev.penstock.model.ResourceName;
import dev.penstock.model.Route;
import dev.penstock.translate.Conflicts.Claim;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The one way from resources to a configuration. */
public final class Translator {

  private Translator() {}

  /** Translates one gateway with its services; never throws for what a manifest may say. */
  public static Translation translate(Inputs inputs) {
    return translate(inputs, new Memory());
  }

  /**
   * The same as without a memory, but services that are as they were are not looked at again.
   *
   * @param memory of this gateway
   */
  public static Translation translate(Inputs inputs, Memory memory) {
    ResourceName name = Resources.name(inputs.gateway().getMetadata());
    Problems problems = Problems.of(ResourceRef.gateway(name));
    GatewayParts gateway = GatewayTranslator.translate(inputs, name, problems);

    memory.begin(gateway, inputs);
    var everyProblem = new ArrayList<Problems>();
    var claims = new ArrayList<Claim>();
    for (AIService service : byName(inputs.services())) {
      Problems own = Problems.of(ResourceRef.service(Resources.name(service.getMetadata())));
      List<Problems> refs = Parents.naming(name, service, own);
      if (!refs.isEmpty()) {
        everyProblem.add(own);
        String created = Resources.created(service.getMetadata());
        memory
            .route(
                service,
                inputs.references(),
                own,
                references ->
                    new ServiceTranslator(gateway, inputs.environment(), references)
                        .translate(service, refs, own))
            .ifPresent(route -> claims.add(new Claim(route, created, own)));
      }
    }
    memory.end();
    List<Route> routes = Conflicts.settle(claims, gateway.hostnames());

    // In a cluster one certificate that is missing or broken must not stop the rest.
    boolean unusable =
        inputs.environment().inCluster()
            ? problems.sorted().stream().anyMatch(Translator::stopsAll)
            : problems.hasErrors();
    Optional<GatewayConfig> config =
        unusable ? Optional.empty() : Optional.of(gateway.with(routes));
    return new Translation(
        config, problems.outcome(), everyProblem.stream().map(Problems::outcome).toList());
  }

  /** Not what somebody put into a Secret: the operator has the last good one. */
  private static boolean stopsAll(Problem problem) {
    boolean aboutSecret =
        problem.field().startsWith("spec.tls.certificateRefs")
            || (problem.field().equals("spec.tls.clientCARef")
                && problem.reason() == Reason.INVALID_CERTIFICATE_REF);
    return problem.isError() && !aboutSecret;
  }

  /**
   * What is wrong with the parents of services: a problem {@link Reason#GATEWAY_NOT_FOUND} for each
   * that is not there, and one for each without a name; sorted.
   *
   * @param gateways the names of all that are there
   */
  public static List<Problem> missingParents(Set<ResourceName> gateways, List<AIService> services) {
    var problems = new ArrayList<Problem>();
    for (AIService service : byName(services)) {
      Problems own = Problems.of(ResourceRef.service(Resources.name(service.getMetadata())));
      Parents.missing(gateways, service, own);
      problems.addAll(own.sorted());
    }
    return List.copyOf(problems);
  }

  private static List<AIService> byName(List<AIService> services) {
    return services.stream()
        .map(service -> Map.entry(Resources.name(service.getMetadata()), service))
        .sorted(Map.Entry.comparingByKey())
        .map(Map.Entry::getValue)
        .toList();
  }
}

package dev.penstock.operator.status;

import dev.penstock.api.v1alpha1.AIGateway;
import dev.penstock.model.ResourceName;
import dev.penstock.operator.publish.Origins;
import dev.penstock.translate.Translation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All that the statuses of a gateway and its services are made from, but what proxies tell.
 *
 * @param gateway as it was when it was translated
 * @param generations those of the services, as they were then
 * @param origins since which sequence what is configured for each service has been so; absent while
 *     the gateway cannot be configured
 * @param idle services with a backend of which no address is ready
 * @param certificateProblems with the certificates that the gateway names
 * @param objectProblems with the objects that it has in the cluster
 * @param backendProblems with the objects of its services' backends
 */
public record GatewayFacts(
    AIGateway gateway,
    Translation translation,
    Map<ResourceName, Long> generations,
    Optional<Origins> origins,
    Set<ResourceName> idle,
    List<String> certificateProblems,
    List<ObjectProblem> objectProblems,
    Map<ResourceName, List<ObjectProblem>> backendProblems) {

  public GatewayFacts {
    generations = Map.copyOf(generations);
    idle = Set.copyOf(idle);
    certificateProblems = List.copyOf(certificateProblems);
    objectProblems = List.copyOf(objectProblems);
    backendProblems = Map.copyOf(backendProblems);
  }
}

package dev.penstock.translate;

import dev.penstock.model.GatewayConfig;
import dev.penstock.model.ResourceName;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What became of a gateway and of the services that name it.
 *
 * @param config absent when the gateway itself has errors
 * @param gateway the outcome of the AIGateway
 * @param services the outcomes of the AIServices that name the gateway, by namespace and name
 */
public record Translation(Optional<GatewayConfig> config, Outcome gateway, List<Outcome> services) {

  public Translation {
    services = List.copyOf(services);
  }

  /** The problems of all resources, sorted. */
  public List<Problem> problems() {
    return Stream.concat(Stream.of(gateway), services.stream())
        .flatMap(outcome -> outcome.problems().stream())
        .sorted()
        .toList();
  }

  /** The services that are part of the configuration, sorted. */
  public List<ResourceName> attached() {
    return services.stream()
        .filter(Outcome::served)
        .map(outcome -> outcome.resource().name())
        .toList();
  }
}

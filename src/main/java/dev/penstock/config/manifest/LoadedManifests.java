package dev.penstock.config.manifest;

import dev.penstock.model.GatewayConfig;
import dev.penstock.model.ResourceName;
import java.util.List;
import java.util.Optional;

/**
 * What a set of files comes to.
 *
 * @param gateways one configuration for each AIGateway that can be enforced, by name
 * @param problems all of them, by file and line; with any, nothing should be served
 * @param warnings what is served but should be known
 * @param skipped resources of other kinds, as {@code Deployment ai/whisper}
 * @param files how many were read
 */
public record LoadedManifests(
    List<GatewayConfig> gateways,
    List<ManifestProblem> problems,
    List<ManifestProblem> warnings,
    List<String> skipped,
    int files) {

  public LoadedManifests {
    gateways = List.copyOf(gateways);
    problems = List.copyOf(problems);
    warnings = List.copyOf(warnings);
    skipped = List.copyOf(skipped);
  }

  public Optional<GatewayConfig> gateway(ResourceName name) {
    return gateways.stream().filter(config -> config.name().equals(name)).findFirst();
  }
}

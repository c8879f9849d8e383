package dev.penstock.cli;

import dev.penstock.config.manifest.LoadedManifests;
import dev.penstock.model.GatewayConfig;
import dev.penstock.model.ResourceName;
import java.util.List;
import java.util.Optional;

/** Which of the gateways in the files is meant. */
final class GatewayChoice {

  private GatewayChoice() {}

  static GatewayConfig of(LoadedManifests loaded, Optional<ResourceName> wanted)
      throws CommandFailedException {
    List<GatewayConfig> gateways = loaded.gateways();
    if (gateways.isEmpty()) {
      throw new CommandFailedException(
          ExitCode.PROBLEMS,
          """
          The files hold no AIGateway. The smallest one:

            apiVersion: penstock.dev/v1alpha1
            kind: AIGateway
            metadata: {name: default}
            spec: {}
          """);
    }
    if (wanted.isPresent()) {
      return loaded
          .gateway(wanted.get())
          .orElseThrow(
              () ->
                  new CommandFailedException(
                      ExitCode.USAGE,
                      "The files hold no AIGateway "
                          + wanted.get()
                          + ". They hold: "
                          + names(gateways)));
    }
    if (gateways.size() > 1) {
      throw new CommandFailedException(
          ExitCode.USAGE,
          "The files hold several AIGateways: "
              + names(gateways)
              + ". Choose one with --gateway NAMESPACE/NAME.");
    }
    return gateways.getFirst();
  }

  private static String names(List<GatewayConfig> gateways) {
    return String.join(", ", gateways.stream().map(each -> each.name().toString()).toList());
  }
}

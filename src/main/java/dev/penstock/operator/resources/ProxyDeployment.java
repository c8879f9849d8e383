package dev.penstock.operator.resources;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentSpecBuilder;

/** The proxies of a gateway. */
final class ProxyDeployment {

  /** One more for up to four proxies, which is what rounding up makes of it. */
  private static final IntOrString MAX_SURGE = new IntOrString("25%");

  private static final int KEPT_REVISIONS = 3;

  private ProxyDeployment() {}

  static Deployment of(GatewayShape shape) {
    var spec =
        new DeploymentSpecBuilder()
            .withRevisionHistoryLimit(KEPT_REVISIONS)
            .withNewSelector()
            .withMatchLabels(Labels.selector(shape.names()))
            .endSelector()
            .withNewStrategy()
            .withType("RollingUpdate")
            .withNewRollingUpdate()
            .withMaxUnavailable(new IntOrString(0))
            .withMaxSurge(MAX_SURGE)
            .endRollingUpdate()
            .endStrategy()
            .withTemplate(ProxyPod.of(shape));
    // Left out, and never set before, where an autoscaler sets it: to set and unset it makes 1.
    shape.replicas().ifPresent(spec::withReplicas);
    return new DeploymentBuilder().withMetadata(shape.metadata()).withSpec(spec.build()).build();
  }
}

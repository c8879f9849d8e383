package dev.penstock.operator.resources;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;

/** Nodes that are drained take one proxy at a time; one that is not ready does not hold them up. */
final class ProxyDisruptionBudget {

  private ProxyDisruptionBudget() {}

  static PodDisruptionBudget of(GatewayShape shape) {
    return new PodDisruptionBudgetBuilder()
        .withMetadata(shape.metadata())
        .withNewSpec()
        .withMaxUnavailable(new IntOrString(1))
        .withUnhealthyPodEvictionPolicy("AlwaysAllow")
        .withNewSelector()
        .withMatchLabels(Labels.selector(shape.names()))
        .endSelector()
        .endSpec()
        .build();
  }
}

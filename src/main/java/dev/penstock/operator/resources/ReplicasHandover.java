package dev.penstock.operator.resources;

import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the number of proxies while an autoscaler takes it over. A field that its only owner no
 * longer applies falls back to its default, which is one replica: the gateway would lose all but
 * one proxy for a moment. So another manager has to own it first.
 */
public final class ReplicasHandover {

  /** The field manager that this is to be applied as. */
  public static final String MANAGER = Labels.OPERATOR + "-handover";

  private ReplicasHandover() {}

  /**
   * What to apply as {@link #MANAGER} before the Deployment; absent when nothing is handed over.
   *
   * @param manager the field manager of the Deployment
   */
  public static Optional<Deployment> of(GatewayShape shape, Deployment standing, String manager) {
    if (shape.replicas().isPresent() || !owns(manager, standing)) {
      return Optional.empty();
    }
    return Optional.of(
        new DeploymentBuilder()
            .withNewMetadata()
            .withNamespace(shape.names().namespace())
            .withName(shape.names().base())
            .endMetadata()
            .withNewSpec()
            .withReplicas(standing.getSpec().getReplicas())
            .endSpec()
            .build());
  }

  private static boolean owns(String manager, Deployment standing) {
    List<ManagedFieldsEntry> entries = standing.getMetadata().getManagedFields();
    return entries != null
        && entries.stream()
            .filter(entry -> manager.equals(entry.getManager()))
            .filter(entry -> "Apply".equals(entry.getOperation()) && entry.getFieldsV1() != null)
            .anyMatch(
                entry ->
                    entry.getFieldsV1().getAdditionalProperties().get("f:spec")
                            instanceof Map<?, ?> spec
                        && spec.containsKey("f:replicas"));
  }
}

package dev.penstock.operator.resources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ReplicasHandoverTest {

  private static final String STANDING =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: penstock-default
        namespace: ai
        managedFields:
        - manager: MANAGER
          operation: Apply
          apiVersion: apps/v1
          fieldsType: FieldsV1
          fieldsV1: {"f:spec": {FIELD: {}, "f:template": {}}}
      spec: {replicas: 5}
      """;

  @Test
  void theNumberStaysWhenAnAutoscalerComes() throws IOException {
    Deployment handover =
        ReplicasHandover.of(
                Golden.shape("proxy-autoscaling-maxReplicas"),
                standing("operator", "f:replicas"),
                "operator")
            .orElseThrow();
    assertEquals(5, handover.getSpec().getReplicas());
    assertEquals("penstock-default", handover.getMetadata().getName());
    assertNull(handover.getSpec().getTemplate());
    assertTrue(handover.getMetadata().getOwnerReferences().isEmpty());
  }

  @Test
  void nothingIsHandedOverThatIsNotOursOrStaysOurs() throws IOException {
    GatewayShape autoscaled = Golden.shape("proxy-autoscaling-maxReplicas");
    assertTrue(
        ReplicasHandover.of(autoscaled, standing("other", "f:replicas"), "operator").isEmpty());
    assertTrue(
        ReplicasHandover.of(autoscaled, standing("operator", "f:paused"), "operator").isEmpty());
    assertTrue(
        ReplicasHandover.of(
                Golden.shape("proxy-replicas"), standing("operator", "f:replicas"), "operator")
            .isEmpty());
  }

  private static Deployment standing(String manager, String field) {
    return new KubernetesSerialization()
        .unmarshal(
            STANDING.replace("MANAGER", manager).replace("FIELD", '"' + field + '"'),
            Deployment.class);
  }
}

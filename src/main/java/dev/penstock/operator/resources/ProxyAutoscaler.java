package dev.penstock.operator.resources;

import dev.penstock.api.v1alpha1.Autoscaling;
import dev.penstock.api.v1alpha1.Defaults;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricSpec;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricSpecBuilder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Sets the number of proxies by the CPU that they take. */
final class ProxyAutoscaler {

  private ProxyAutoscaler() {}

  static HorizontalPodAutoscaler of(GatewayShape shape, Autoscaling wanted) {
    return new HorizontalPodAutoscalerBuilder()
        .withMetadata(shape.metadata())
        .withNewSpec()
        .withNewScaleTargetRef()
        .withApiVersion("apps/v1")
        .withKind("Deployment")
        .withName(shape.names().base())
        .endScaleTargetRef()
        .withMinReplicas(or(wanted.minReplicas(), Defaults.MIN_REPLICAS))
        .withMaxReplicas(wanted.maxReplicas())
        .withMetrics(cpu(or(wanted.targetCPUUtilization(), Defaults.TARGET_CPU)))
        .endSpec()
        .build();
  }

  private static MetricSpec cpu(int utilization) {
    return new MetricSpecBuilder()
        .withType("Resource")
        .withNewResource()
        .withName("cpu")
        .withNewTarget()
        .withType("Utilization")
        .withAverageUtilization(utilization)
        .endTarget()
        .endResource()
        .build();
  }

  private static int or(@Nullable Integer value, String fallback) {
    return Objects.requireNonNullElseGet(value, () -> Integer.valueOf(fallback));
  }
}

package dev.penstock.operator.resources;

import dev.penstock.api.v1alpha1.Defaults;
import dev.penstock.api.v1alpha1.ProxySpec;
import dev.penstock.translate.Durations;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * One proxy as a pod: what Pod Security calls restricted, without any right in the cluster. It
 * depends on the shape of the gateway alone, so that no route restarts a proxy.
 */
final class ProxyPod {

  /** The user that the image is made for. */
  private static final long USER = 65_532;

  /** To stop threads and write the last lines, after the last request. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(5);

  private static final List<String> SPREAD_OVER =
      List.of("topology.kubernetes.io/zone", "kubernetes.io/hostname");

  private ProxyPod() {}

  static PodTemplateSpec of(GatewayShape shape) {
    return new PodTemplateSpecBuilder()
        .withNewMetadata()
        .withLabels(Labels.of(shape.names()))
        .endMetadata()
        .withSpec(spec(shape))
        .build();
  }

  private static PodSpec spec(GatewayShape shape) {
    ProxySpec proxy = shape.proxy();
    return new PodSpecBuilder()
        .withServiceAccountName(shape.names().base())
        .withAutomountServiceAccountToken(false)
        // A variable for each Service of the namespace would be thousands.
        .withEnableServiceLinks(false)
        .withTerminationGracePeriodSeconds(gracePeriod(proxy).toSeconds())
        .withImagePullSecrets(pullSecrets(shape))
        .withSecurityContext(security())
        .withContainers(ProxyContainer.of(shape))
        .withVolumes(ProxyVolumes.volumes(shape.names()))
        .withTopologySpreadConstraints(spread(shape))
        .withNodeSelector(proxy.nodeSelector())
        .withTolerations(proxy.tolerations())
        .withAffinity(proxy.affinity())
        .withPriorityClassName(proxy.priorityClassName())
        .build();
  }

  /** From SIGTERM on: balancers notice, requests in flight end, the process ends. */
  private static Duration gracePeriod(ProxySpec proxy) {
    String drain = Objects.requireNonNullElse(proxy.drainTimeout(), Defaults.DRAIN_TIMEOUT);
    return ProxyContainer.DRAIN_DELAY.plus(ceil(Durations.parse(drain))).plus(LAST_WORDS);
  }

  private static Duration ceil(Duration duration) {
    return Duration.ofSeconds(duration.plusSeconds(1).minusNanos(1).toSeconds());
  }

  private static LocalObjectReference[] pullSecrets(GatewayShape shape) {
    return shape.installation().imagePullSecrets().stream()
        .map(LocalObjectReference::new)
        .toArray(LocalObjectReference[]::new);
  }

  /** The group is that of the mounted Secrets' files. */
  private static PodSecurityContext security() {
    return new PodSecurityContextBuilder()
        .withRunAsNonRoot(true)
        .withRunAsUser(USER)
        .withRunAsGroup(USER)
        .withFsGroup(USER)
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .build();
  }

  /** A preference, not a demand: a cluster of one node has its two proxies, too. */
  private static List<TopologySpreadConstraint> spread(GatewayShape shape) {
    return SPREAD_OVER.stream()
        .map(
            key ->
                new TopologySpreadConstraintBuilder()
                    .withTopologyKey(key)
                    .withMaxSkew(1)
                    .withWhenUnsatisfiable("ScheduleAnyway")
                    .withNewLabelSelector()
                    .withMatchLabels(Labels.selector(shape.names()))
                    .endLabelSelector()
                    .withMatchLabelKeys("pod-template-hash")
                    .build())
        .toList();
  }
}

package dev.penstock.operator;

import dev.penstock.model.ResourceName;
import dev.penstock.operator.cluster.Caches;
import dev.penstock.operator.resources.GatewayNames;
import dev.penstock.operator.resources.Ports;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** The proxies of a gateway as its pods tell. */
final class Proxies {

  private final Caches caches;

  Proxies(Caches caches) {
    this.caches = caches;
  }

  /** Those that have an address and are not about to end, by name. */
  List<ProxyLink.Proxy> of(ResourceName gateway) {
    String base = GatewayNames.of(gateway).base();
    return caches.proxies(gateway.namespace(), base).stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .filter(pod -> pod.getStatus() != null && pod.getStatus().getPodIP() != null)
        .map(Proxies::proxy)
        .sorted(Comparator.comparing(ProxyLink.Proxy::pod))
        .toList();
  }

  private static ProxyLink.Proxy proxy(Pod pod) {
    return new ProxyLink.Proxy(
        pod.getMetadata().getName(),
        pod.getMetadata().getUid() + "/" + restarts(pod),
        new InetSocketAddress(pod.getStatus().getPodIP(), Ports.CONTROL.number()),
        isReady(pod));
  }

  private static int restarts(Pod pod) {
    return Objects.requireNonNullElse(
            pod.getStatus().getContainerStatuses(), List.<ContainerStatus>of())
        .stream()
        .mapToInt(ContainerStatus::getRestartCount)
        .sum();
  }

  private static boolean isReady(Pod pod) {
    return Objects.requireNonNullElse(pod.getStatus().getConditions(), List.<PodCondition>of())
        .stream()
        .anyMatch(each -> "Ready".equals(each.getType()) && "True".equals(each.getStatus()));
  }
}

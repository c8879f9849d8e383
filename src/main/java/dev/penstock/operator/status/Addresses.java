package dev.penstock.operator.status;

import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Service;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Where clients reach a gateway.
 *
 * @param all of a balancer, else those within the cluster
 * @param awaited whether a balancer is to come
 */
record Addresses(List<String> all, boolean awaited) {

  private static final int MOST = 16;
  private static final String NO_ADDRESS = "None";

  static Addresses of(Optional<Service> service) {
    if (service.isEmpty()) {
      return new Addresses(List.of(), false);
    }
    List<String> outer = balancer(service.get());
    var spec = service.get().getSpec();
    List<String> inner =
        Objects.requireNonNullElse(spec.getClusterIPs(), List.<String>of()).stream()
            .filter(address -> !address.isEmpty() && !address.equals(NO_ADDRESS))
            .toList();
    return new Addresses(
        outer.isEmpty() ? inner : outer, outer.isEmpty() && "LoadBalancer".equals(spec.getType()));
  }

  private static List<String> balancer(Service service) {
    var status = service.getStatus();
    if (status == null || status.getLoadBalancer() == null) {
      return List.of();
    }
    return Objects.requireNonNullElse(
            status.getLoadBalancer().getIngress(), List.<LoadBalancerIngress>of())
        .stream()
        .map(each -> each.getIp() != null ? each.getIp() : each.getHostname())
        .filter(Objects::nonNull)
        .limit(MOST)
        .toList();
  }
}

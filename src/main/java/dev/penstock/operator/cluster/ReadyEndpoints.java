package dev.penstock.operator.cluster;

import dev.penstock.model.ResourceName;
import dev.penstock.model.Upstream;
import dev.penstock.translate.References;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A Service with the addresses that are ready behind each of its ports. */
final class ReadyEndpoints {

  private static final String EXTERNAL_NAME = "ExternalName";
  private static final String FQDN = "FQDN";
  private static final Comparator<Upstream.Endpoint> ORDER =
      Comparator.comparing(Upstream.Endpoint::host).thenComparingInt(Upstream.Endpoint::port);

  private ReadyEndpoints() {}

  /** Who is ready nobody says of a Service that has no slice at all. */
  static References.Service service(
      ResourceName name, Service service, List<EndpointSlice> slices) {
    var spec = service.getSpec();
    List<ServicePort> ports = Objects.requireNonNullElse(spec.getPorts(), List.of());
    return new References.Service(
        name,
        EXTERNAL_NAME.equals(spec.getType()),
        ports.stream().map(ServicePort::getPort).collect(Collectors.toSet()),
        slices.isEmpty() ? Optional.empty() : Optional.of(ready(ports, slices)));
  }

  private static Map<Integer, List<Upstream.Endpoint>> ready(
      List<ServicePort> ports, List<EndpointSlice> slices) {
    var ready = new HashMap<Integer, List<Upstream.Endpoint>>();
    for (ServicePort port : ports) {
      ready.put(
          port.getPort(),
          slices.stream()
              .filter(slice -> !FQDN.equals(slice.getAddressType()))
              .flatMap(slice -> ready(port, slice))
              .distinct()
              .sorted(ORDER)
              .toList());
    }
    return ready;
  }

  /** A slice knows the port of a Service by its name alone. */
  private static Stream<Upstream.Endpoint> ready(ServicePort port, EndpointSlice slice) {
    return slice.getPorts().stream()
        .filter(each -> each.getPort() != null && name(each).equals(name(port)))
        .flatMap(
            each ->
                slice.getEndpoints().stream()
                    .filter(ReadyEndpoints::isReady)
                    .flatMap(endpoint -> endpoint.getAddresses().stream())
                    .map(address -> new Upstream.Endpoint(address, each.getPort())));
  }

  /** Not known is ready, as Kubernetes has it. */
  private static boolean isReady(Endpoint endpoint) {
    var conditions = endpoint.getConditions();
    return conditions == null || !Boolean.FALSE.equals(conditions.getReady());
  }

  private static String name(ServicePort port) {
    return Objects.requireNonNullElse(port.getName(), "");
  }

  private static String name(EndpointPort port) {
    return Objects.requireNonNullElse(port.getName(), "");
  }
}

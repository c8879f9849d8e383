package dev.penstock.operator.resources;

import dev.penstock.api.v1alpha1.AIService;
import dev.penstock.translate.AddressTarget;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.util.LinkedHashMap;
import java.util.Map;

/** The one address of a backend outside of the cluster. */
final class BackendEndpointSlice {

  private static final String SERVICE_NAME = "kubernetes.io/service-name";

  /** Tells the cluster's own controllers to leave it alone. */
  private static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";

  private BackendEndpointSlice() {}

  static EndpointSlice of(AIService owner, String name, AddressTarget target) {
    return new EndpointSliceBuilder()
        .withMetadata(Ownership.metadata(owner, name, labels(name)))
        .withAddressType(target.ipv6() ? "IPv6" : "IPv4")
        .addNewEndpoint()
        .withAddresses(target.address())
        .withNewConditions()
        .withReady(true)
        .endConditions()
        .endEndpoint()
        .addNewPort()
        .withName(BackendService.PORT)
        .withProtocol("TCP")
        .withPort(target.port())
        .endPort()
        .build();
  }

  private static Map<String, String> labels(String name) {
    var labels = new LinkedHashMap<>(Labels.ofBackend(name));
    labels.put(SERVICE_NAME, name);
    labels.put(MANAGED_BY, Labels.OPERATOR);
    return labels;
  }
}

package dev.penstock.operator.resources;

import dev.penstock.api.v1alpha1.AIService;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.util.Map;

/**
 * The Service of a backend that has none of its own. It is headless: the proxy balances by itself
 * over the addresses that EndpointSlices tell, so a virtual address would serve nobody, and a
 * backend can change from pods to an address, which it could not if one were assigned.
 */
final class BackendService {

  static final String PORT = "backend";

  private BackendService() {}

  /** Without a selector its EndpointSlice is ours, too. */
  static Service of(AIService owner, String name, Map<String, String> selector, int port) {
    return new ServiceBuilder()
        .withMetadata(Ownership.metadata(owner, name, Labels.ofBackend(name)))
        .withNewSpec()
        .withType("ClusterIP")
        .withClusterIP("None")
        .withSelector(selector.isEmpty() ? null : selector)
        .addNewPort()
        .withName(PORT)
        .withProtocol("TCP")
        .withPort(port)
        .withTargetPort(new IntOrString(port))
        .endPort()
        .endSpec()
        .build();
  }
}

package dev.penstock.operator.resources;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeerBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPortBuilder;
import java.util.List;

/**
 * Who reaches the proxies: clients from anywhere the public ports; every pod of the cluster the
 * admin port, as scrapers of metrics may be in any namespace (a node's own probes always pass); the
 * operator alone the control port, which asks for a token besides. What proxies may reach is left
 * open: backends are anywhere.
 */
final class ProxyNetworkPolicy {

  /** The API server gives each namespace its name as this label. */
  private static final String NAMESPACE_NAME = "kubernetes.io/metadata.name";

  private ProxyNetworkPolicy() {}

  static NetworkPolicy of(GatewayShape shape) {
    return new NetworkPolicyBuilder()
        .withMetadata(shape.metadata())
        .withNewSpec()
        .withNewPodSelector()
        .withMatchLabels(Labels.selector(shape.names()))
        .endPodSelector()
        .withPolicyTypes("Ingress")
        .withIngress(
            rule(Ports.open(shape), List.of()),
            rule(List.of(Ports.ADMIN), List.of(everyPod())),
            rule(List.of(Ports.CONTROL), operator(shape)))
        .endSpec()
        .build();
  }

  /** From anywhere when there are no peers. */
  private static NetworkPolicyIngressRule rule(List<Ports> ports, List<NetworkPolicyPeer> peers) {
    return new NetworkPolicyIngressRuleBuilder()
        .withPorts(ports.stream().map(ProxyNetworkPolicy::port).toList())
        .withFrom(peers)
        .build();
  }

  private static NetworkPolicyPort port(Ports port) {
    return new NetworkPolicyPortBuilder().withProtocol("TCP").withPort(port.byNumber()).build();
  }

  private static NetworkPolicyPeer everyPod() {
    return new NetworkPolicyPeerBuilder().withNewNamespaceSelector().endNamespaceSelector().build();
  }

  /** Where the operator's address is unknown, TLS and the token alone guard the port. */
  private static List<NetworkPolicyPeer> operator(GatewayShape shape) {
    return shape.installation().operator().stream()
        .map(
            pods ->
                new NetworkPolicyPeerBuilder()
                    .withNewNamespaceSelector()
                    .addToMatchLabels(NAMESPACE_NAME, pods.namespace())
                    .endNamespaceSelector()
                    .withNewPodSelector()
                    .withMatchLabels(pods.labels())
                    .endPodSelector()
                    .build())
        .toList();
  }
}

package dev.penstock.operator.resources;

import dev.penstock.api.v1alpha1.AIGateway;
import dev.penstock.api.v1alpha1.AIGatewaySpec;
import dev.penstock.api.v1alpha1.GatewayTls;
import dev.penstock.api.v1alpha1.IssuerReference;
import dev.penstock.api.v1alpha1.LocalReference;
import dev.penstock.api.v1alpha1.ProxySpec;
import dev.penstock.api.v1alpha1.TlsMode;
import dev.penstock.model.ResourceName;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * All that the objects of a gateway depend on, but what travels in Secrets. What AIServices say is
 * not in it: no route can change a pod.
 *
 * @param gateway one that was translated without errors, with name, namespace and UID
 */
public record GatewayShape(AIGateway gateway, Installation installation) {

  private static final int DEFAULT_REPLICAS = 2;
  private static final ProxySpec NO_PROXY =
      new ProxySpec(null, null, null, null, null, null, null, null, null);
  private static final GatewayTls NO_TLS = new GatewayTls(null, null, null, null, null);

  public ResourceName gatewayName() {
    ObjectMeta metadata = gateway.getMetadata();
    return new ResourceName(metadata.getNamespace(), metadata.getName());
  }

  public GatewayNames names() {
    return GatewayNames.of(gatewayName());
  }

  /** {@code spec.proxy}; empty when there is none. */
  ProxySpec proxy() {
    AIGatewaySpec spec = gateway.getSpec();
    return spec == null ? NO_PROXY : Objects.requireNonNullElse(spec.proxy(), NO_PROXY);
  }

  /** Whether the proxies meet clients with TLS. */
  public boolean terminatesTls() {
    return tls().mode() != TlsMode.DISABLED;
  }

  /** The number of proxies; absent when an autoscaler sets it. */
  Optional<Integer> replicas() {
    return proxy().autoscaling() == null
        ? Optional.of(Objects.requireNonNullElse(proxy().replicas(), DEFAULT_REPLICAS))
        : Optional.empty();
  }

  /** Whether there may be two proxies or more, of which a node's drain must leave one. */
  boolean severalProxies() {
    var autoscaling = proxy().autoscaling();
    Integer most = autoscaling == null ? replicas().orElse(0) : autoscaling.maxReplicas();
    return most != null && most > 1;
  }

  /** Whom cert-manager is to ask; absent also where there is no name to ask for. */
  public Optional<IssuerReference> issuer() {
    return hostnames().isEmpty() ? Optional.empty() : Optional.ofNullable(tls().issuerRef());
  }

  /** The Secrets that the gateway names for its certificates, as {@code namespace/name}. */
  public List<String> certificateNames() {
    return Objects.requireNonNullElse(tls().certificateRefs(), List.<LocalReference>of()).stream()
        .map(reference -> names().namespace() + "/" + reference.name())
        .toList();
  }

  List<String> hostnames() {
    AIGatewaySpec spec = gateway.getSpec();
    return spec == null ? List.of() : Objects.requireNonNullElse(spec.hostnames(), List.of());
  }

  private GatewayTls tls() {
    AIGatewaySpec spec = gateway.getSpec();
    return spec == null ? NO_TLS : Objects.requireNonNullElse(spec.tls(), NO_TLS);
  }

  ObjectMeta metadata() {
    return metadata(names().base());
  }

  ObjectMeta metadata(String name) {
    return Ownership.metadata(gateway, name, Labels.of(names()));
  }
}

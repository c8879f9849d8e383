package dev.penstock.operator.resources;

import dev.penstock.api.v1alpha1.ProxyService;
import dev.penstock.api.v1alpha1.ServiceType;
import dev.penstock.api.v1alpha1.TrafficPolicy;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import io.fabric8.kubernetes.api.model.ServiceSpec;
import io.fabric8.kubernetes.api.model.ServiceSpecBuilder;
import java.util.Objects;
import java.util.TreeMap;

/** The Service that clients reach: 80 and 443, as far as they are served. */
final class PublicService {

  private static final int HTTP = 80;
  private static final int HTTPS = 443;
  private static final ProxyService DEFAULT = new ProxyService(null, null, null);

  private PublicService() {}

  static Service of(GatewayShape shape) {
    ProxyService wanted = Objects.requireNonNullElse(shape.proxy().service(), DEFAULT);
    var metadata = shape.metadata();
    if (wanted.annotations() != null) {
      metadata.setAnnotations(new TreeMap<>(wanted.annotations()));
    }
    return new ServiceBuilder().withMetadata(metadata).withSpec(spec(shape, wanted)).build();
  }

  private static ServiceSpec spec(GatewayShape shape, ProxyService wanted) {
    ServiceType type = Objects.requireNonNullElse(wanted.type(), ServiceType.LOAD_BALANCER);
    var spec =
        new ServiceSpecBuilder()
            .withType(word(type))
            .withSelector(Labels.selector(shape.names()))
            .withPorts(Ports.open(shape).stream().map(PublicService::port).toList());
    if (type != ServiceType.CLUSTER_IP) {
      spec.withExternalTrafficPolicy(word(wanted));
    }
    return spec.build();
  }

  private static ServicePort port(Ports port) {
    return new ServicePortBuilder()
        .withName(port.label())
        .withProtocol("TCP")
        .withPort(port == Ports.HTTPS ? HTTPS : HTTP)
        .withTargetPort(port.byName())
        .build();
  }

  private static String word(ServiceType type) {
    return switch (type) {
      case LOAD_BALANCER -> "LoadBalancer";
      case NODE_PORT -> "NodePort";
      case CLUSTER_IP -> "ClusterIP";
    };
  }

  /** Local keeps the client's address, without which a limit for each client is none. */
  private static String word(ProxyService wanted) {
    return wanted.externalTrafficPolicy() == TrafficPolicy.CLUSTER ? "Cluster" : "Local";
  }
}

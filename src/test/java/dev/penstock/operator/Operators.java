package dev.penstock.operator;

import dev.penstock.model.ResourceName;
import dev.penstock.operator.leader.LeaseOptions;
import dev.penstock.operator.resources.Installation;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Operators of one namespace each, with a lease that ends soon. */
final class Operators {

  static final String LEASE = "penstock";

  /** After so long without a renewal another one leads. */
  static final Duration LEASE_LENGTH = Duration.ofSeconds(6);

  private Operators() {}

  static PenstockOperator start(
      KubernetesClient client,
      String namespace,
      String identity,
      ProxyLink.Opener links,
      Clock clock) {
    return start(client, namespace, Set.of(namespace), identity, links, clock);
  }

  /** One for several namespaces, with its lease in the first. */
  static PenstockOperator start(
      KubernetesClient client,
      String namespace,
      Set<String> namespaces,
      String identity,
      ProxyLink.Opener links,
      Clock clock) {
    var lease =
        new LeaseOptions(
            new ResourceName(namespace, LEASE),
            identity,
            LEASE_LENGTH,
            Duration.ofSeconds(4),
            Duration.ofMillis(500));
    return PenstockOperator.start(
        client,
        new OperatorOptions(
            namespaces,
            Optional.of(lease),
            Installation.of("registry.example.com/penstock:test"),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            List.of()),
        links,
        clock);
  }

  static PenstockOperator start(KubernetesClient client, String namespace) {
    return start(client, namespace, "first", new ListeningProxies(), Clock.systemUTC());
  }
}

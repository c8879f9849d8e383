package dev.penstock.translate;

import dev.penstock.model.ResourceName;
import dev.penstock.model.Sensitive;
import dev.penstock.model.Upstream.Endpoint;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What resources may refer to, looked up by whoever has files or a cluster's caches. */
public interface References {

  Optional<Secret> secret(ResourceName name);

  /** All Secrets of a namespace that may hold API keys, in any order. */
  List<Secret> secrets(String namespace);

  /** The labels of a namespace; absent when there is none, or nobody knows. */
  Optional<Map<String, String>> namespaceLabels(String namespace);

  /** A Service of the cluster; never asked for in standalone mode. */
  Optional<Service> service(ResourceName name);

  /**
   * A Secret.
   *
   * @param type such as {@code kubernetes.io/tls}; {@code Opaque} when the manifest has none
   * @param data its entries, decoded, as UTF-8
   */
  record Secret(
      ResourceName name, String type, Map<String, String> labels, Map<String, Sensitive> data) {

    public Secret {
      labels = Map.copyOf(labels);
      data = Map.copyOf(data);
    }
  }

  /**
   * A Service.
   *
   * @param externalName whether it is only an alias of another host
   * @param ports its port numbers
   * @param endpoints who is ready behind it; absent when nobody says
   */
  record Service(
      ResourceName name,
      boolean externalName,
      Set<Integer> ports,
      Optional<Map<Integer, List<Endpoint>>> endpoints) {

    public Service {
      ports = Set.copyOf(ports);
      endpoints = endpoints.map(Map::copyOf);
    }

    /** One of which nobody says who is ready. */
    public Service(ResourceName name, boolean externalName, Set<Integer> ports) {
      this(name, externalName, ports, Optional.empty());
    }

    /** The addresses that are ready at the port of the Service, sorted; absent: nobody says. */
    Optional<List<Endpoint>> ready(int port) {
      return endpoints.map(all -> all.getOrDefault(port, List.of()));
    }
  }
}

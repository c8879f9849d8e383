package dev.penstock.translate;

import dev.penstock.model.Cidr;
import dev.penstock.model.ResourceName;
import dev.penstock.model.Upstream.Endpoint;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which servers a manifest may send requests to. In a cluster the author of a manifest is not the
 * owner of the proxy's network, so the proxy must not reach for them what they cannot.
 */
final class Targets {

  /** Nobody's address. */
  private static final List<Cidr> UNUSABLE =
      blocks("0.0.0.0/8", "224.0.0.0/3", "::/128", "ff00::/8");

  private static final List<Cidr> LOOPBACK = blocks("127.0.0.0/8", "::1/128");

  private static final List<Cidr> LINK_LOCAL = blocks("169.254.0.0/16", "fe80::/10");

  /** Where clouds hand out credentials to whoever asks, beside 169.254.169.254. */
  private static final List<Cidr> METADATA =
      blocks("fd00:ec2::/32", "fd20:ce::254/128", "100.100.100.200/32", "192.0.0.192/32");

  /** IPv4 within IPv6, by which all of the above could be meant: 6to4, Teredo, NAT64 and others. */
  private static final List<Cidr> TUNNELS =
      blocks("2002::/16", "2001::/32", "64:ff9b::/96", "64:ff9b:1::/48", "::/96");

  private static final Set<String> METADATA_NAMES =
      Set.of("metadata.google.internal", "metadata.goog", "instance-data.ec2.internal");

  private final Environment environment;
  private final References references;

  Targets(Environment environment, References references) {
    this.environment = environment;
    this.references = references;
  }

  /** Reports a host that may not be a target of a resource in the namespace. */
  void check(String host, String namespace, Problems at) {
    if (Address.isLiteral(host)) {
      checkAddress(Address.parse(host), at);
    } else if (environment.inCluster()) {
      checkName(host, namespace, at);
    }
  }

  private void checkAddress(Address address, Problems at) {
    if (in(UNUSABLE, address)) {
      at.unsupported(address.text() + " is no server's address");
    } else if (in(environment.refusedAddresses(), address)) {
      refuse(at, address.text(), "belongs to the cluster itself");
    } else if (!environment.inCluster()) {
      return;
    } else if (in(LOOPBACK, address)) {
      refuse(at, address.text(), "is the proxy's own pod; name a Service");
    } else if (in(LINK_LOCAL, address) || in(METADATA, address)) {
      refuse(at, address.text(), "is link-local or a cloud's metadata service");
    } else if (in(TUNNELS, address)) {
      refuse(at, address.text(), "stands for an IPv4 address; write that");
    }
  }

  private void checkName(String host, String namespace, Problems at) {
    if (host.equals("localhost") || host.endsWith(".localhost")) {
      refuse(at, host, "is the proxy's own pod; name a Service");
    } else if (METADATA_NAMES.contains(host)) {
      refuse(at, host, "is a cloud's metadata service");
    } else if (host.indexOf('.') < 0) {
      refuse(at, host, "depends on the proxy's search domains; name a Service, or a full name");
    } else {
      checkClusterName(List.of(host.split("\\.")), namespace, at);
    }
  }

  private void checkClusterName(List<String> labels, String namespace, Problems at) {
    String host = String.join(".", labels);
    boolean service = labels.size() >= 3 && labels.get(2).equals("svc");
    boolean inCluster =
        service || host.endsWith(".cluster.local") || labels.getLast().equals("svc");
    // By its search domains a resolver takes "name.namespace" for a Service, too.
    boolean shortened = labels.size() == 2 && references.namespaceLabels(labels.get(1)).isPresent();
    if (!inCluster && !shortened) {
      return;
    }
    if (!service && !shortened) {
      refuse(at, host, "is no Service; name one as NAME.NAMESPACE.svc");
    } else if (!labels.get(1).equals(namespace)) {
      refuse(at, host, "is in another namespace; use a server of " + namespace);
    } else {
      checkService(new ResourceName(namespace, labels.getFirst()), at);
    }
  }

  /**
   * The addresses that are ready behind a Service, less those that nobody may reach through the
   * proxy: whoever may write an EndpointSlice chooses its addresses. Absent where nobody says who
   * is ready.
   */
  Optional<List<Endpoint>> ready(ResourceName service, int port) {
    return references
        .service(service)
        .filter(found -> !found.externalName())
        .flatMap(found -> found.ready(port))
        .map(all -> all.stream().filter(this::permitted).toList());
  }

  private boolean permitted(Endpoint endpoint) {
    return Address.isLiteral(endpoint.host()) && !forbidden(Address.parse(endpoint.host()));
  }

  private boolean forbidden(Address address) {
    return Stream.of(
            UNUSABLE, environment.refusedAddresses(), LOOPBACK, LINK_LOCAL, METADATA, TUNNELS)
        .anyMatch(blocks -> in(blocks, address));
  }

  /** Reports a Service of the cluster that is missing or leads elsewhere. */
  void checkService(ResourceName name, Problems at) {
    var service = references.service(name);
    if (service.isEmpty()) {
      at.error(
          Reason.BACKEND_NOT_FOUND,
          "there is no Service " + name + "; create it, or correct the name");
    } else if (service.get().externalName()) {
      at.error(
          Reason.REF_NOT_PERMITTED,
          "Service " + name + " is an ExternalName, which could lead anywhere; use a url");
    } else if (name.equals(new ResourceName("default", "kubernetes"))) {
      at.error(Reason.REF_NOT_PERMITTED, "Service " + name + " is the API server");
    }
  }

  /** The same, and that it has the port; problems go to {@code name} and {@code port}. */
  void checkService(ResourceName name, int port, Problems at) {
    checkService(name, at.at("name"));
    references
        .service(name)
        .filter(service -> !service.externalName() && !service.ports().contains(port))
        .ifPresent(
            service ->
                at.at("port")
                    .error(
                        Reason.BACKEND_NOT_FOUND,
                        "Service "
                            + name
                            + " has no port "
                            + port
                            + "; it has "
                            + service.ports().stream().sorted().toList()));
  }

  /** What a Service is called within a cluster, whatever its domain. */
  static String dnsName(ResourceName service) {
    return service.name() + "." + service.namespace() + ".svc";
  }

  private static void refuse(Problems at, String host, String why) {
    at.error(Reason.REF_NOT_PERMITTED, host + " " + why);
  }

  private static boolean in(List<Cidr> blocks, Address address) {
    return blocks.stream().anyMatch(address::within);
  }

  private static List<Cidr> blocks(String... blocks) {
    return Stream.of(blocks).map(Cidr::parse).toList();
  }
}

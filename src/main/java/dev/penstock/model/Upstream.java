package dev.penstock.model;

import java.util.List;
import java.util.Optional;

/**
 * Where requests go: nginx's {@code upstream {}}.
 *
 * @param endpoints host names (resolved by the proxy to all their addresses) or IP literals; the
 *     first is what the Host field says; none: the backend is missing, and requests are answered
 *     503
 * @param tls present: speak TLS to the backend
 * @param ready addresses (IP literals) of a cluster's Service that are known to be ready: they are
 *     asked first, and the endpoints only when none of them takes a connection
 */
public record Upstream(List<Endpoint> endpoints, Optional<UpstreamTls> tls, List<Endpoint> ready) {

  public Upstream {
    endpoints = List.copyOf(endpoints);
    ready = List.copyOf(ready);
    Check.that(
        ready.isEmpty() || !endpoints.isEmpty(), "endpoints", "must not be empty beside ready");
  }

  /** One of which no addresses are known beforehand. */
  public Upstream(List<Endpoint> endpoints, Optional<UpstreamTls> tls) {
    this(endpoints, tls, List.of());
  }

  /** What cannot be reached: requests are answered 503. */
  public static Upstream missing() {
    return new Upstream(List.of(), Optional.empty());
  }

  /** Whether there is anything to ask. */
  public boolean isMissing() {
    return endpoints.isEmpty();
  }

  /** A host and a port; an IPv6 literal stands without brackets. */
  public record Endpoint(String host, int port) {

    public Endpoint {
      Check.nonBlank("host", host);
      Check.range("port", port, 1, 65_535);
    }

    /** As in a Host header: {@code host:port}, {@code [v6]:port}. */
    public String authority() {
      return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
  }

  /**
   * TLS to the backend; its certificate is always verified.
   *
   * @param serverName sent as SNI and verified
   * @param caPem the authorities to trust, in PEM; absent: those of the JDK
   */
  public record UpstreamTls(String serverName, Optional<String> caPem) {

    public UpstreamTls {
      Check.nonBlank("serverName", serverName);
    }
  }
}

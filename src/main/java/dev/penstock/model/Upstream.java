package dev.penstock.model;

import java.util.List;
import java.util.Optional;

/**
 * Where requests go: nginx's {@code upstream {}}.
 *
 * @param endpoints host names (resolved by the proxy to all their addresses) or IP literals
 * @param tls present: speak TLS to the backend
 * @param protocol what is spoken to it
 */
public record Upstream(List<Endpoint> endpoints, Optional<UpstreamTls> tls, Protocol protocol) {

  /** What a backend speaks. */
  public enum Protocol {
    /** HTTP/1.1. */
    HTTP,
    /** HTTP/2 by prior knowledge, without TLS: nginx's {@code grpc_pass}. */
    H2C
  }

  /** One that speaks HTTP/1.1. */
  public Upstream(List<Endpoint> endpoints, Optional<UpstreamTls> tls) {
    this(endpoints, tls, Protocol.HTTP);
  }

  public Upstream {
    endpoints = List.copyOf(endpoints);
    Check.nonEmpty("endpoints", endpoints);
    if (protocol == Protocol.H2C && tls.isPresent()) {
      throw new InvalidValueException("protocol", "H2C is HTTP/2 without TLS");
    }
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

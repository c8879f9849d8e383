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
 * @param protocol what is spoken to it
 * @param ready addresses (IP literals) of a cluster's Service that are known to be ready: they are
 *     asked first, and the endpoints only when none of them takes a connection; absent: nobody says
 *     who is ready
 */
public record Upstream(
    List<Endpoint> endpoints,
    Optional<UpstreamTls> tls,
    Protocol protocol,
    Optional<List<Endpoint>> ready) {

  /** What a backend speaks. */
  public enum Protocol {
    /** HTTP/1.1. */
    HTTP,
    /** HTTP/2 by prior knowledge, without TLS: nginx's {@code grpc_pass}. */
    H2C
  }

  public Upstream {
    endpoints = List.copyOf(endpoints);
    ready = ready.map(List::copyOf);
    Check.that(
        ready.isEmpty() || !endpoints.isEmpty(), "endpoints", "must not be empty beside ready");
    if (protocol == Protocol.H2C && tls.isPresent()) {
      throw new InvalidValueException("protocol", "H2C is HTTP/2 without TLS");
    }
  }

  /** One that speaks HTTP/1.1, of which no addresses are known beforehand. */
  public Upstream(List<Endpoint> endpoints, Optional<UpstreamTls> tls) {
    this(endpoints, tls, Protocol.HTTP, Optional.empty());
  }

  /** The same with other addresses that are known to be ready. */
  public Upstream withReady(List<Endpoint> addresses) {
    return withReady(Optional.of(addresses));
  }

  /** The same; absent: nobody says who is ready. */
  public Upstream withReady(Optional<List<Endpoint>> addresses) {
    return new Upstream(endpoints, tls, protocol, addresses);
  }

  /** The same, spoken to otherwise. */
  public Upstream withProtocol(Protocol other) {
    return new Upstream(endpoints, tls, other, ready);
  }

  /** What cannot be reached: requests are answered 503. */
  public static Upstream missing() {
    return new Upstream(List.of(), Optional.empty());
  }

  /** Whether there is anything to ask. */
  public boolean isMissing() {
    return endpoints.isEmpty();
  }

  /** Whether it is known that no address is ready. */
  public boolean isIdle() {
    return ready.filter(List::isEmpty).isPresent();
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

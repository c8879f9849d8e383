package dev.penstock.proxy.client;

import java.util.Optional;

/**
 * What the start of a connection says by the PROXY protocol (HAProxy's {@code proxy-protocol.txt}).
 */
sealed interface ProxyHeader {

  /** It may become a header. */
  record Incomplete() implements ProxyHeader {}

  /** It is something else. */
  record Absent() implements ProxyHeader {}

  /**
   * A whole header.
   *
   * @param length in bytes
   * @param source the client; absent where the header stands for the connection itself (LOCAL,
   *     UNKNOWN) or for a client without an IP address
   */
  record Present(int length, Optional<ClientAddress> source) implements ProxyHeader {}

  /** It starts as a header and is none. */
  record Malformed(String reason) implements ProxyHeader {}
}

package dev.penstock.model;

import java.time.Duration;

/**
 * What a client may grow, after Envoy's guide for edge proxies.
 *
 * @param maxHeaderBytes all header fields of a message together; 431 beyond
 * @param maxHeaders number of header fields; 431 beyond
 * @param maxRequestLineBytes request line; 414 beyond
 * @param headerTimeout from the first byte of a request to the end of its headers
 * @param idleTimeout a client connection without a request
 * @param maxStreamsPerConnection concurrent HTTP/2 streams
 * @param maxConnections open client connections of one proxy
 * @param maxConnectionsPerClient of one client; trusted proxies are exempt
 */
public record EdgeLimits(
    int maxHeaderBytes,
    int maxHeaders,
    int maxRequestLineBytes,
    Duration headerTimeout,
    Duration idleTimeout,
    int maxStreamsPerConnection,
    int maxConnections,
    int maxConnectionsPerClient) {

  public EdgeLimits {
    Check.range("maxHeaderBytes", maxHeaderBytes, 1024, 1 << 20);
    Check.range("maxHeaders", maxHeaders, 8, 1000);
    Check.range("maxRequestLineBytes", maxRequestLineBytes, 256, 1 << 16);
    Check.positive("headerTimeout", headerTimeout);
    Check.positive("idleTimeout", idleTimeout);
    Check.range("maxStreamsPerConnection", maxStreamsPerConnection, 1, 10_000);
    Check.range("maxConnections", maxConnections, 1, 1_000_000);
    Check.range("maxConnectionsPerClient", maxConnectionsPerClient, 1, 1_000_000);
  }

  public static EdgeLimits defaults() {
    return new EdgeLimits(
        32 * 1024, 100, 8 * 1024, Duration.ofSeconds(10), Duration.ofSeconds(60), 100, 10_000, 256);
  }
}

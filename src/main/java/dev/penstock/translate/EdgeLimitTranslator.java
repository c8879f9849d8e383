package dev.penstock.translate;

import dev.penstock.api.v1alpha1.Defaults;
import dev.penstock.api.v1alpha1.EdgeLimits;
import org.jspecify.annotations.Nullable;

/** {@code spec.limits}: what a client may grow. */
final class EdgeLimitTranslator {

  private static final EdgeLimits NOTHING_SET =
      new EdgeLimits(null, null, null, null, null, null, null, null);

  private EdgeLimitTranslator() {}

  static dev.penstock.model.EdgeLimits translate(@Nullable EdgeLimits limits, Problems at) {
    EdgeLimits given = Values.or(limits, NOTHING_SET);
    return new dev.penstock.model.EdgeLimits(
        Values.size(
            given.maxHeaderBytes(),
            Defaults.MAX_HEADER_BYTES,
            1 << 10,
            1 << 20,
            at.at("maxHeaderBytes")),
        Values.number(given.maxHeaders(), Defaults.MAX_HEADERS, 8, 1000, at.at("maxHeaders")),
        Values.size(
            given.maxRequestLineBytes(),
            Defaults.MAX_REQUEST_LINE_BYTES,
            1 << 8,
            1 << 16,
            at.at("maxRequestLineBytes")),
        Values.duration(given.headerTimeout(), Defaults.HEADER_TIMEOUT, at.at("headerTimeout")),
        Values.duration(given.idleTimeout(), Defaults.IDLE_TIMEOUT, at.at("idleTimeout")),
        Values.number(
            given.maxStreamsPerConnection(),
            Defaults.MAX_STREAMS_PER_CONNECTION,
            1,
            10_000,
            at.at("maxStreamsPerConnection")),
        Values.number(
            given.maxConnections(),
            Defaults.MAX_CONNECTIONS,
            1,
            1_000_000,
            at.at("maxConnections")),
        Values.number(
            given.maxConnectionsPerClient(),
            Defaults.MAX_CONNECTIONS_PER_CLIENT,
            1,
            1_000_000,
            at.at("maxConnectionsPerClient")));
  }
}

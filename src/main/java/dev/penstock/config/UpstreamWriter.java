package dev.penstock.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.model.Upstream;

/** An upstream as JSON: of a route, or of an auth service. */
final class UpstreamWriter {

  private UpstreamWriter() {}

  static ObjectNode upstream(Upstream upstream) {
    ObjectNode json = ConfigWriter.object();
    json.set("endpoints", ConfigWriter.list(upstream.endpoints(), UpstreamWriter::endpoint));
    upstream
        .ready()
        .ifPresent(ready -> json.set("ready", ConfigWriter.list(ready, UpstreamWriter::endpoint)));
    upstream.tls().ifPresent(tls -> json.set("tls", tls(tls)));
    if (upstream.protocol() != Upstream.Protocol.HTTP) {
      json.put("protocol", upstream.protocol().name());
    }
    return json;
  }

  static JsonNode endpoint(Upstream.Endpoint endpoint) {
    return ConfigWriter.object().put("host", endpoint.host()).put("port", endpoint.port());
  }

  private static JsonNode tls(Upstream.UpstreamTls tls) {
    ObjectNode json = ConfigWriter.object().put("serverName", tls.serverName());
    tls.caPem().ifPresent(pem -> json.put("caPem", pem));
    return json;
  }
}

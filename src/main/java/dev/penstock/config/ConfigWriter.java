package dev.penstock.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.model.Certificate;
import dev.penstock.model.ClientIp;
import dev.penstock.model.Concurrency;
import dev.penstock.model.Cors;
import dev.penstock.model.EdgeLimits;
import dev.penstock.model.GatewayConfig;
import dev.penstock.model.RateLimit;
import dev.penstock.model.Route;
import dev.penstock.model.Timeouts;
import dev.penstock.model.Tls;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/** The records as JSON trees; {@link ConfigReader} is its mirror. */
final class ConfigWriter {

  private static final Comparator<Route> BY_SERVICE =
      Comparator.comparing(Route::service).thenComparing(Route::path);

  private final Secrecy secrecy;
  private final AuthWriter auth;

  ConfigWriter(Secrecy secrecy) {
    this.secrecy = secrecy;
    this.auth = new AuthWriter(secrecy);
  }

  ObjectNode gateway(GatewayConfig config) {
    ObjectNode json = withoutRoutes(config);
    json.set("routes", list(routes(config), this::route));
    return json;
  }

  /** In the order in which they are written. */
  static List<Route> routes(GatewayConfig config) {
    return config.routes().stream().sorted(BY_SERVICE).toList();
  }

  /** All that comes before the routes. */
  ObjectNode withoutRoutes(GatewayConfig config) {
    ObjectNode json = object().put("name", config.name().toString());
    json.set("hostnames", texts(config.hostnames()));
    json.set("tls", tls(config.tls()));
    json.set("clientIp", clientIp(config.clientIp()));
    json.set("limits", limits(config.limits()));
    json.set("limiter", new LimiterWriter(secrecy).limiter(config.limiter()));
    return json.put("drainTimeout", config.drainTimeout().toString());
  }

  private ObjectNode tls(Tls tls) {
    ObjectNode json =
        object().put("mode", tls.mode().name()).put("minVersion", tls.minVersion().name());
    json.set("certificates", list(tls.certificates(), this::certificate));
    tls.clientCa()
        .ifPresent(
            ca -> json.set("clientCa", object().put("name", ca.name()).put("pem", ca.pem())));
    return json;
  }

  private ObjectNode certificate(Certificate certificate) {
    return object()
        .put("name", certificate.name())
        .put("chainPem", certificate.chainPem())
        .put("keyPem", secrecy.write(certificate.keyPem()));
  }

  private static ObjectNode clientIp(ClientIp clientIp) {
    ObjectNode json = object();
    json.set("trustedProxies", list(clientIp.trustedProxies(), cidr -> text(cidr.toString())));
    return json.put("ipv6PrefixLength", clientIp.ipv6PrefixLength())
        .put("proxyProtocol", clientIp.proxyProtocol().name());
  }

  private static ObjectNode limits(EdgeLimits limits) {
    return object()
        .put("maxHeaderBytes", limits.maxHeaderBytes())
        .put("maxHeaders", limits.maxHeaders())
        .put("maxRequestLineBytes", limits.maxRequestLineBytes())
        .put("headerTimeout", limits.headerTimeout().toString())
        .put("idleTimeout", limits.idleTimeout().toString())
        .put("maxStreamsPerConnection", limits.maxStreamsPerConnection())
        .put("maxConnections", limits.maxConnections())
        .put("maxConnectionsPerClient", limits.maxConnectionsPerClient());
  }

  ObjectNode route(Route route) {
    ObjectNode json = object().put("service", route.service().toString());
    json.set("hostnames", texts(route.hostnames()));
    json.put("path", route.path()).put("rewrite", route.rewrite());
    json.set("upstream", UpstreamWriter.upstream(route.upstream()));
    route.rateLimit().ifPresent(limit -> json.set("rateLimit", rateLimit(limit)));
    json.set("timeouts", timeouts(route.timeouts()));
    json.put("maxBodySize", route.maxBodySize().bytes());
    json.set("auth", auth.policy(route.auth()));
    route.cors().ifPresent(cors -> json.set("cors", cors(cors)));
    route.concurrency().ifPresent(given -> json.set("concurrency", concurrency(given)));
    return json;
  }

  private static ObjectNode cors(Cors cors) {
    ObjectNode json = object();
    json.set("allowOrigins", texts(cors.allowOrigins()));
    json.set("allowMethods", texts(cors.allowMethods()));
    json.set("allowHeaders", texts(cors.allowHeaders()));
    return json.put("maxAge", cors.maxAge().toString());
  }

  private static ObjectNode concurrency(Concurrency concurrency) {
    ObjectNode json = object().put("maxInFlight", concurrency.maxInFlight());
    concurrency.queue().ifPresent(queue -> json.set("queue", queue(queue)));
    return json.put("coldStart", concurrency.coldStart().name());
  }

  private static ObjectNode queue(Concurrency.Queue queue) {
    ObjectNode json =
        object().put("maxDepth", queue.maxDepth()).put("timeout", queue.timeout().toString());
    queue.heartbeat().ifPresent(each -> json.put("heartbeat", each.toString()));
    return json;
  }

  private static ObjectNode rateLimit(RateLimit limit) {
    ObjectNode json = object().put("rate", limit.rate().toString()).put("burst", limit.burst());
    limit.delay().ifPresent(delay -> json.put("delay", delay));
    return json.put("statusCode", limit.statusCode()).put("mode", limit.mode().name());
  }

  private static ObjectNode timeouts(Timeouts timeouts) {
    ObjectNode json =
        object()
            .put("connect", timeouts.connect().toString())
            .put("firstByte", timeouts.firstByte().toString())
            .put("idle", timeouts.idle().toString());
    timeouts.request().ifPresent(request -> json.put("request", request.toString()));
    return json;
  }

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ArrayNode texts(Collection<String> values) {
    return list(values, ConfigWriter::text);
  }

  static <T> ArrayNode list(Collection<T> values, Function<T, JsonNode> write) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode(values.size());
    values.forEach(value -> array.add(write.apply(value)));
    return array;
  }

  private static JsonNode text(String value) {
    return JsonNodeFactory.instance.textNode(value);
  }
}

package dev.penstock.config;

import dev.penstock.model.ByteSize;
import dev.penstock.model.Certificate;
import dev.penstock.model.Cidr;
import dev.penstock.model.ClientIp;
import dev.penstock.model.Concurrency;
import dev.penstock.model.Cors;
import dev.penstock.model.EdgeLimits;
import dev.penstock.model.GatewayConfig;
import dev.penstock.model.Limiter;
import dev.penstock.model.Rate;
import dev.penstock.model.RateLimit;
import dev.penstock.model.ResourceName;
import dev.penstock.model.Route;
import dev.penstock.model.Sensitive;
import dev.penstock.model.Timeouts;
import dev.penstock.model.Tls;
import dev.penstock.model.Upstream;

/** The records from JSON; {@link ConfigWriter} is its mirror. */
final class ConfigReader {

  private ConfigReader() {}

  static GatewayConfig gateway(JsonField json) throws ConfigFormatException {
    return new GatewayConfig(
        json.required("name", ConfigReader::name),
        json.list("hostnames", JsonField::text),
        json.required("tls", ConfigReader::tls),
        json.required("clientIp", ConfigReader::clientIp),
        json.required("limits", ConfigReader::limits),
        json.optional("limiter", LimiterReader::limiter).orElseGet(Limiter::local),
        json.required("drainTimeout", JsonField::duration),
        json.list("routes", ConfigReader::route));
  }

  private static ResourceName name(JsonField json) throws ConfigFormatException {
    return ResourceName.parse(json.text());
  }

  private static Tls tls(JsonField json) throws ConfigFormatException {
    return new Tls(
        json.required("mode", field -> field.choice(Tls.Mode.class)),
        json.required("minVersion", field -> field.choice(Tls.Version.class)),
        json.list("certificates", ConfigReader::certificate),
        json.optional("clientCa", ConfigReader::clientCa));
  }

  private static Tls.ClientAuthority clientCa(JsonField json) throws ConfigFormatException {
    return new Tls.ClientAuthority(
        json.required("name", JsonField::text), json.required("pem", JsonField::text));
  }

  private static Certificate certificate(JsonField json) throws ConfigFormatException {
    return new Certificate(
        json.required("name", JsonField::text),
        json.required("chainPem", JsonField::text),
        new Sensitive(json.required("keyPem", JsonField::text)));
  }

  private static ClientIp clientIp(JsonField json) throws ConfigFormatException {
    return new ClientIp(
        json.list("trustedProxies", field -> Cidr.parse(field.text())),
        json.required("ipv6PrefixLength", JsonField::integer),
        json.required("proxyProtocol", field -> field.choice(ClientIp.ProxyProtocol.class)));
  }

  private static EdgeLimits limits(JsonField json) throws ConfigFormatException {
    return new EdgeLimits(
        json.required("maxHeaderBytes", JsonField::integer),
        json.required("maxHeaders", JsonField::integer),
        json.required("maxRequestLineBytes", JsonField::integer),
        json.required("headerTimeout", JsonField::duration),
        json.required("idleTimeout", JsonField::duration),
        json.required("maxStreamsPerConnection", JsonField::integer),
        json.required("maxConnections", JsonField::integer),
        json.required("maxConnectionsPerClient", JsonField::integer));
  }

  private static Route route(JsonField json) throws ConfigFormatException {
    return new Route(
        json.required("service", ConfigReader::name),
        json.list("hostnames", JsonField::text),
        json.required("path", JsonField::text),
        json.required("rewrite", JsonField::text),
        json.required("upstream", ConfigReader::upstream),
        json.optional("rateLimit", ConfigReader::rateLimit),
        json.required("timeouts", ConfigReader::timeouts),
        json.required("maxBodySize", field -> new ByteSize(field.whole())),
        json.required("auth", AuthReader::policy),
        json.optional("cors", ConfigReader::cors),
        json.optional("concurrency", ConfigReader::concurrency));
  }

  static Upstream upstream(JsonField json) throws ConfigFormatException {
    return new Upstream(
        json.list("endpoints", ConfigReader::endpoint),
        json.optional("tls", ConfigReader::tlsTo),
        json.optional("protocol", field -> field.choice(Upstream.Protocol.class))
            .orElse(Upstream.Protocol.HTTP),
        json.optional("ready", field -> field.list(ConfigReader::endpoint)));
  }

  static Upstream.Endpoint endpoint(JsonField json) throws ConfigFormatException {
    return new Upstream.Endpoint(
        json.required("host", JsonField::text), json.required("port", JsonField::integer));
  }

  private static Upstream.UpstreamTls tlsTo(JsonField json) throws ConfigFormatException {
    return new Upstream.UpstreamTls(
        json.required("serverName", JsonField::text), json.optional("caPem", JsonField::text));
  }

  private static RateLimit rateLimit(JsonField json) throws ConfigFormatException {
    return new RateLimit(
        json.required("rate", field -> Rate.parse(field.text())),
        json.required("burst", JsonField::integer),
        json.optional("delay", JsonField::integer),
        json.required("statusCode", JsonField::integer),
        json.required("mode", field -> field.choice(RateLimit.Mode.class)));
  }

  private static Cors cors(JsonField json) throws ConfigFormatException {
    return new Cors(
        json.list("allowOrigins", JsonField::text),
        json.list("allowMethods", JsonField::text),
        json.list("allowHeaders", JsonField::text),
        json.required("maxAge", JsonField::duration));
  }

  private static Concurrency concurrency(JsonField json) throws ConfigFormatException {
    return new Concurrency(
        json.required("maxInFlight", JsonField::integer),
        json.optional("queue", ConfigReader::queue),
        json.required("coldStart", field -> field.choice(Concurrency.ColdStart.class)));
  }

  private static Concurrency.Queue queue(JsonField json) throws ConfigFormatException {
    return new Concurrency.Queue(
        json.required("maxDepth", JsonField::integer),
        json.required("timeout", JsonField::duration),
        json.optional("heartbeat", JsonField::duration));
  }

  private static Timeouts timeouts(JsonField json) throws ConfigFormatException {
    return new Timeouts(
        json.required("connect", JsonField::duration),
        json.required("firstByte", JsonField::duration),
        json.required("idle", JsonField::duration),
        json.optional("request", JsonField::duration));
  }
}

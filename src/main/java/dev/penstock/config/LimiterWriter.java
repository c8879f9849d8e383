package dev.penstock.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.model.Limiter;
import dev.penstock.model.RedisLimiter;

/** The limiter as JSON; {@link LimiterReader} is its mirror. */
record LimiterWriter(Secrecy secrecy) {

  ObjectNode limiter(Limiter limiter) {
    ObjectNode json = ConfigWriter.object();
    limiter.redis().ifPresent(redis -> json.set("redis", redis(redis)));
    return json.put("failurePolicy", limiter.failurePolicy().name())
        .put("replicas", limiter.replicas());
  }

  private ObjectNode redis(RedisLimiter redis) {
    ObjectNode json = ConfigWriter.object().put("mode", redis.mode().name());
    json.set("addresses", ConfigWriter.list(redis.addresses(), UpstreamWriter::endpoint));
    redis.masterName().ifPresent(name -> json.put("masterName", name));
    json.put("database", redis.database());
    redis.tls().ifPresent(tls -> json.set("tls", tls(tls)));
    redis.credentials().ifPresent(given -> json.set("credentials", credentials(given)));
    return json.put("keyPrefix", redis.keyPrefix()).put("timeout", redis.timeout().toString());
  }

  private static ObjectNode tls(RedisLimiter.RedisTls tls) {
    ObjectNode json = ConfigWriter.object();
    tls.caPem().ifPresent(pem -> json.put("caPem", pem));
    return json;
  }

  private ObjectNode credentials(RedisLimiter.Credentials credentials) {
    ObjectNode json = ConfigWriter.object();
    credentials.username().ifPresent(name -> json.put("username", name));
    return json.put("password", secrecy.write(credentials.password()));
  }
}

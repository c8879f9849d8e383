package dev.penstock.config;

import dev.penstock.model.Limiter;
import dev.penstock.model.RedisLimiter;
import dev.penstock.model.Sensitive;

/** The limiter from JSON; {@link LimiterWriter} is its mirror. */
final class LimiterReader {

  private LimiterReader() {}

  static Limiter limiter(JsonField json) throws ConfigFormatException {
    return new Limiter(
        json.optional("redis", LimiterReader::redis),
        json.required("failurePolicy", field -> field.choice(Limiter.FailurePolicy.class)),
        json.required("replicas", JsonField::integer));
  }

  private static RedisLimiter redis(JsonField json) throws ConfigFormatException {
    return new RedisLimiter(
        json.required("mode", field -> field.choice(RedisLimiter.Mode.class)),
        json.list("addresses", ConfigReader::endpoint),
        json.optional("masterName", JsonField::text),
        json.required("database", JsonField::integer),
        json.optional("tls", LimiterReader::tls),
        json.optional("credentials", LimiterReader::credentials),
        json.required("keyPrefix", JsonField::text),
        json.required("timeout", JsonField::duration));
  }

  private static RedisLimiter.RedisTls tls(JsonField json) throws ConfigFormatException {
    return new RedisLimiter.RedisTls(json.optional("caPem", JsonField::text));
  }

  private static RedisLimiter.Credentials credentials(JsonField json) throws ConfigFormatException {
    return new RedisLimiter.Credentials(
        json.optional("username", JsonField::text),
        new Sensitive(json.required("password", JsonField::text)));
  }
}

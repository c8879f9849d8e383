package dev.penstock.translate;

import dev.penstock.api.v1alpha1.Autoscaling;
import dev.penstock.api.v1alpha1.Defaults;
import dev.penstock.api.v1alpha1.Limiter;
import dev.penstock.api.v1alpha1.LimiterFailurePolicy;
import dev.penstock.api.v1alpha1.Patterns;
import dev.penstock.api.v1alpha1.ProxySpec;
import dev.penstock.api.v1alpha1.Redis;
import dev.penstock.api.v1alpha1.RedisMode;
import dev.penstock.model.RedisLimiter;
import dev.penstock.model.ResourceName;
import dev.penstock.model.Sensitive;
import dev.penstock.model.Upstream.Endpoint;
import dev.penstock.translate.References.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code spec.limiter}: where rate limits are counted. */
final class LimiterTranslator {

  private static final String CA_ENTRY = "ca.crt";
  private static final String USERNAME = "username";
  private static final String PASSWORD = "password";
  private static final int MOST_DATABASES = 1023;

  private final Environment environment;
  private final References references;
  private final ResourceName gateway;
  private final Targets targets;

  LimiterTranslator(Environment environment, References references, ResourceName gateway) {
    this.environment = environment;
    this.references = references;
    this.gateway = gateway;
    this.targets = new Targets(environment, references);
  }

  dev.penstock.model.Limiter translate(
      @Nullable Limiter limiter, @Nullable ProxySpec proxy, Problems at) {
    Limiter given = Values.or(limiter, new Limiter(null, null));
    var policy = policy(Values.or(given.failurePolicy(), LimiterFailurePolicy.LOCAL));
    Optional<RedisLimiter> redis =
        given.redis() == null ? Optional.empty() : redis(given.redis(), at.at("redis"));
    // Local is what an API server fills in, and true without Redis.
    if (given.redis() == null && policy != dev.penstock.model.Limiter.FailurePolicy.LOCAL) {
      at.at("failurePolicy")
          .warn(
              Reason.UNSUPPORTED_VALUE,
              "has no effect without limiter.redis; each proxy limits by itself");
    }
    return new dev.penstock.model.Limiter(redis, policy, replicas(proxy));
  }

  /** What the limits are shared between until the proxies have counted each other. */
  private int replicas(@Nullable ProxySpec proxy) {
    if (!environment.inCluster()) {
      return 1;
    }
    int fallback = Integer.parseInt(Defaults.MIN_REPLICAS);
    if (proxy == null) {
      return fallback;
    }
    Autoscaling autoscaling = proxy.autoscaling();
    int declared =
        autoscaling == null
            ? Values.or(proxy.replicas(), fallback)
            : Values.or(autoscaling.minReplicas(), fallback);
    // What is out of range is reported where it stands.
    return Math.clamp(declared, 1, ProxyShape.MOST_REPLICAS);
  }

  private static dev.penstock.model.Limiter.FailurePolicy policy(LimiterFailurePolicy policy) {
    return switch (policy) {
      case LOCAL -> dev.penstock.model.Limiter.FailurePolicy.LOCAL;
      case OPEN -> dev.penstock.model.Limiter.FailurePolicy.OPEN;
      case CLOSED -> dev.penstock.model.Limiter.FailurePolicy.CLOSED;
    };
  }

  private Optional<RedisLimiter> redis(Redis redis, Problems at) {
    List<Endpoint> addresses = addresses(redis, at.at("addresses"));
    var database =
        Values.number(
            redis.database(), Defaults.REDIS_DATABASE, 0, MOST_DATABASES, at.at("database"));
    var tls =
        Optional.ofNullable(redis.tls())
            .map(
                given ->
                    new RedisLimiter.RedisTls(
                        Optional.ofNullable(given.caRef())
                            .flatMap(ref -> authorities(ref.name(), at.at("tls").at("caRef")))));
    var credentials =
        Optional.ofNullable(redis.credentialsRef())
            .flatMap(ref -> credentials(ref.name(), at.at("credentialsRef")));
    var timeout = Values.duration(redis.timeout(), Defaults.REDIS_TIMEOUT, at.at("timeout"));
    String prefix = Values.or(redis.keyPrefix(), Defaults.REDIS_KEY_PREFIX);
    Values.matches(
        prefix, Patterns.WORD, "letters, digits and any of . _ : / -", at.at("keyPrefix"));
    if (addresses.isEmpty()) {
      return Optional.empty();
    }
    return at.attempt(
        () ->
            Optional.of(
                new RedisLimiter(
                    mode(Values.or(redis.mode(), RedisMode.STANDALONE)),
                    addresses,
                    Optional.ofNullable(redis.masterName()),
                    database,
                    tls,
                    credentials,
                    prefix,
                    timeout)),
        Optional.empty());
  }

  private static RedisLimiter.Mode mode(RedisMode mode) {
    return switch (mode) {
      case STANDALONE -> RedisLimiter.Mode.STANDALONE;
      case SENTINEL -> RedisLimiter.Mode.SENTINEL;
      case CLUSTER -> RedisLimiter.Mode.CLUSTER;
    };
  }

  private List<Endpoint> addresses(Redis redis, Problems at) {
    if (Values.or(redis.addresses(), List.of()).isEmpty()) {
      at.unsupported("is missing; set the server, for example [\"redis:6379\"]");
    }
    var addresses = new ArrayList<Endpoint>();
    for (var item : Values.<String>items(redis.addresses(), at)) {
      Optional<HttpUrl> parsed =
          item.at().attempt(() -> Optional.of(endpoint(item.value())), Optional.empty());
      parsed.ifPresent(
          url -> {
            targets.check(url.host(), gateway.namespace(), item.at());
            addresses.add(new Endpoint(url.host(), url.port()));
          });
    }
    return addresses;
  }

  /** The host and port of a URL are just what is wanted here, with the same strictness. */
  private static HttpUrl endpoint(String text) {
    if (!text.matches(Patterns.HOST_PORT)) {
      throw new dev.penstock.model.InvalidValueException(
          "addresses", Values.quoted(text) + " is not host:port, for example redis:6379");
    }
    return HttpUrl.parse("http://" + text);
  }

  private Optional<String> authorities(@Nullable String secret, Problems at) {
    return secret(secret, at)
        .flatMap(
            found -> {
              Optional<String> pem = entry(found, CA_ENTRY);
              if (pem.isEmpty()) {
                at.error(
                    Reason.INVALID_CERTIFICATE_REF,
                    "Secret " + found.name() + " has no entry " + CA_ENTRY + "; add it, in PEM");
              }
              return pem;
            });
  }

  private Optional<RedisLimiter.Credentials> credentials(@Nullable String secret, Problems at) {
    return secret(secret, at)
        .flatMap(
            found -> {
              Optional<String> password = entry(found, PASSWORD);
              if (password.isEmpty()) {
                at.unsupported("Secret " + found.name() + " has no entry " + PASSWORD + "; add it");
              }
              return password.map(
                  text ->
                      new RedisLimiter.Credentials(entry(found, USERNAME), new Sensitive(text)));
            });
  }

  private Optional<Secret> secret(@Nullable String written, Problems at) {
    return Values.name(written, "a Secret", at.at("name"))
        .map(name -> new ResourceName(gateway.namespace(), name))
        .flatMap(
            name -> {
              Optional<Secret> found = references.secret(name);
              if (found.isEmpty()) {
                at.error(
                    Reason.BACKEND_NOT_FOUND,
                    "there is no Secret " + name + "; create it, or correct the name");
              }
              return found;
            });
  }

  /** Tools that make Secrets from files leave the line break of the file. */
  private static Optional<String> entry(Secret secret, String name) {
    return Optional.ofNullable(secret.data().get(name))
        .map(value -> value.value().replaceFirst("\\r?\\n$", ""))
        .filter(text -> !text.isBlank());
  }
}

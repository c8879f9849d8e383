package dev.penstock.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.model.AuthPolicy;
import dev.penstock.model.Sensitive;

/** Auth policies as JSON, told apart by {@code type}. */
final class AuthWriter {

  static final String NONE = "None";
  static final String EXTERNAL = "External";
  static final String API_KEYS = "APIKeys";

  private final Secrecy secrecy;

  AuthWriter(Secrecy secrecy) {
    this.secrecy = secrecy;
  }

  ObjectNode policy(AuthPolicy policy) {
    return switch (policy) {
      case AuthPolicy.None() -> ConfigWriter.object().put("type", NONE);
      case AuthPolicy.External external -> external(external);
      case AuthPolicy.ApiKeys keys -> apiKeys(keys);
    };
  }

  private ObjectNode external(AuthPolicy.External external) {
    ObjectNode json = ConfigWriter.object().put("type", EXTERNAL);
    json.set("upstream", UpstreamWriter.upstream(external.upstream()));
    json.put("path", secrecy.path(external.path()));
    json.set("requestHeaders", ConfigWriter.texts(external.requestHeaders()));
    json.set("responseHeaders", ConfigWriter.texts(external.responseHeaders()));
    json.put("timeout", external.timeout().toString());
    json.put("failurePolicy", external.failurePolicy().name());
    external.cache().ifPresent(cache -> json.set("cache", cache(cache)));
    return json.put("credentials", external.credentials().name());
  }

  private static ObjectNode cache(AuthPolicy.Cache cache) {
    ObjectNode json =
        ConfigWriter.object()
            .put("ttl", cache.ttl().toString())
            .put("negativeTtl", cache.negativeTtl().toString());
    cache.keyHeaders().ifPresent(names -> json.set("keyHeaders", ConfigWriter.texts(names)));
    return json;
  }

  private ObjectNode apiKeys(AuthPolicy.ApiKeys keys) {
    ObjectNode json = ConfigWriter.object().put("type", API_KEYS);
    json.set("keys", ConfigWriter.list(keys.keys(), this::apiKey));
    json.set("headers", ConfigWriter.texts(keys.headers()));
    return json.put("credentials", keys.credentials().name());
  }

  /** A hash is not the key, but a short key is found from it. */
  private JsonNode apiKey(AuthPolicy.ApiKey key) {
    return ConfigWriter.object()
        .put("id", key.id())
        .put("sha256", secrecy.write(new Sensitive(key.sha256())));
  }
}

package dev.penstock.api.v1alpha1;

import java.util.List;

/**
 * What an absent field means, in the words of a manifest. The schema has an API server fill these
 * in; translation reads the same constants for manifests that never met one.
 */
public final class Defaults {

  /** A parent whose fields have defaults of their own. */
  public static final String EMPTY = "{}";

  public static final String GATEWAY_NAME = "default";
  public static final String PARENT_REFS_JSON = "[{\"name\": \"" + GATEWAY_NAME + "\"}]";

  public static final String TLS_MODE = "Terminate";
  public static final String TLS_MIN_VERSION = "TLSv1.2";
  public static final String ISSUER_KIND = "Issuer";

  public static final String GATEWAY_AUTH_MODE = "None";
  public static final String SERVICE_AUTH_MODE = "Inherit";
  public static final String FORWARD_CREDENTIALS = "Strip";
  public static final String EXTERNAL_PATH = "/";
  private static final String API_KEY_HEADER = "X-API-Key";
  private static final String AUTHORIZATION_HEADER = "Authorization";

  /** Where clients put a key. */
  public static final List<String> KEY_HEADERS = List.of(API_KEY_HEADER, AUTHORIZATION_HEADER);

  public static final String KEY_HEADERS_JSON =
      "[\"" + API_KEY_HEADER + "\", \"" + AUTHORIZATION_HEADER + "\"]";
  public static final String EXTERNAL_TIMEOUT = "5s";
  public static final String EXTERNAL_FAILURE_POLICY = "Closed";
  public static final String CACHE_NEGATIVE_TTL = "2s";
  public static final String API_KEY_LABEL = "penstock.dev/api-key";
  public static final String API_KEY_LABEL_VALUE = "true";
  public static final String SECRET_SELECTOR_JSON =
      "{\"matchLabels\": {\"" + API_KEY_LABEL + "\": \"" + API_KEY_LABEL_VALUE + "\"}}";

  public static final String IPV6_PREFIX_LENGTH = "64";
  public static final String PROXY_PROTOCOL = "Disabled";

  public static final String LIMITER_FAILURE_POLICY = "Local";
  public static final String REDIS_MODE = "Standalone";
  public static final String REDIS_DATABASE = "0";
  public static final String REDIS_KEY_PREFIX = "penstock:";
  public static final String REDIS_KEY_PREFIX_JSON = "\"" + REDIS_KEY_PREFIX + "\"";
  public static final String REDIS_TIMEOUT = "50ms";

  public static final String MAX_HEADER_BYTES = "32Ki";
  public static final String MAX_HEADERS = "100";
  public static final String MAX_REQUEST_LINE_BYTES = "8Ki";
  public static final String HEADER_TIMEOUT = "10s";
  public static final String IDLE_TIMEOUT = "60s";
  public static final String MAX_STREAMS_PER_CONNECTION = "100";
  public static final String MAX_CONNECTIONS = "10000";
  public static final String MAX_CONNECTIONS_PER_CLIENT = "256";

  public static final String NAMESPACES_FROM = "Same";
  public static final String DRAIN_TIMEOUT = "60s";
  public static final String MIN_REPLICAS = "2";
  public static final String TARGET_CPU = "70";
  public static final String SERVICE_TYPE = "LoadBalancer";

  public static final String REWRITE = "/";
  public static final String BACKEND_PROTOCOL = "HTTP";
  public static final String BURST = "0";
  public static final String STATUS_CODE = "429";
  public static final String RATE_LIMIT_MODE = "Enforce";
  public static final String CONNECT_TIMEOUT = "5s";
  public static final String FIRST_BYTE_TIMEOUT = "60s";
  public static final String MAX_BODY_SIZE = "10Mi";

  public static final String CORS_METHODS = "[\"GET\", \"POST\"]";
  public static final String CORS_HEADERS = "[\"Authorization\", \"Content-Type\", \"X-API-Key\"]";
  public static final String CORS_MAX_AGE = "5s";
  public static final String COLD_START = "Fail";
  public static final String QUEUE_DEPTH = "32";
  public static final String QUEUE_TIMEOUT = "60s";

  private Defaults() {}
}

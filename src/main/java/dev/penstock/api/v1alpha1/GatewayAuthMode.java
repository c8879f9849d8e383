package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Who may pass a gateway. */
public enum GatewayAuthMode {
  /** Everybody. */
  @JsonProperty("None")
  NONE,
  /** Whom an auth service lets pass: nginx's {@code auth_request}. */
  @JsonProperty("External")
  EXTERNAL,
  /** Who has a key that stands in a Secret. */
  @JsonProperty("APIKeys")
  API_KEYS
}

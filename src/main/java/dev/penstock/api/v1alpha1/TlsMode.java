package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Where TLS ends. */
public enum TlsMode {
  /** At the gateway. */
  @JsonProperty("Terminate")
  TERMINATE,
  /** Before it: the gateway speaks plain http. */
  @JsonProperty("Disabled")
  DISABLED
}

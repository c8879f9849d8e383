package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether connections start with a PROXY header. */
public enum ProxyProtocol {
  @JsonProperty("Disabled")
  DISABLED,
  @JsonProperty("Optional")
  OPTIONAL,
  @JsonProperty("Required")
  REQUIRED
}

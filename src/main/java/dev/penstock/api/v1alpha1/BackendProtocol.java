package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a backend speaks. */
public enum BackendProtocol {
  /** HTTP/1.1. */
  @JsonProperty("HTTP")
  HTTP,
  /** HTTP/2 without TLS. */
  @JsonProperty("H2C")
  H2C
}

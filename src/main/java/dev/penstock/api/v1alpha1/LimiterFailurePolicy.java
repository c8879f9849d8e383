package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a replica does while Redis is away. */
public enum LimiterFailurePolicy {
  /** It limits by itself with its share of the rate. */
  @JsonProperty("Local")
  LOCAL,
  /** It lets pass. */
  @JsonProperty("Open")
  OPEN,
  /** It answers 503. */
  @JsonProperty("Closed")
  CLOSED
}

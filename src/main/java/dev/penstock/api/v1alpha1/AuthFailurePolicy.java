package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What happens while the auth service cannot be asked. */
public enum AuthFailurePolicy {
  /** The answer is 503. */
  @JsonProperty("Closed")
  CLOSED,
  /** Requests pass unchecked. */
  @JsonProperty("Open")
  OPEN
}

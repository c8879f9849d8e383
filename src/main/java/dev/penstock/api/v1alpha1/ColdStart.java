package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What happens while a backend is not up. */
public enum ColdStart {
  /** Requests wait in the queue. */
  @JsonProperty("Hold")
  HOLD,
  /** Requests fail. */
  @JsonProperty("Fail")
  FAIL
}

package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether a decision binds. */
public enum RateLimitMode {
  @JsonProperty("Enforce")
  ENFORCE,
  @JsonProperty("DryRun")
  DRY_RUN
}

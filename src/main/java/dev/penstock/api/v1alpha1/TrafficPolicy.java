package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether nodes pass traffic on to others, which hides the client. */
public enum TrafficPolicy {
  @JsonProperty("Local")
  LOCAL,
  @JsonProperty("Cluster")
  CLUSTER
}

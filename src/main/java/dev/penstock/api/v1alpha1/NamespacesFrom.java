package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** From which namespaces services may attach. */
public enum NamespacesFrom {
  @JsonProperty("Same")
  SAME,
  @JsonProperty("All")
  ALL,
  @JsonProperty("Selector")
  SELECTOR
}

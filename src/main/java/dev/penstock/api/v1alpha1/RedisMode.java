package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How Redis is run. */
public enum RedisMode {
  /** One server. */
  @JsonProperty("Standalone")
  STANDALONE,
  /** A master that sentinels name. */
  @JsonProperty("Sentinel")
  SENTINEL,
  /** Slots over nodes. */
  @JsonProperty("Cluster")
  CLUSTER
}

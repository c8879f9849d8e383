package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a Service is reached. */
public enum ServiceType {
  @JsonProperty("LoadBalancer")
  LOAD_BALANCER,
  @JsonProperty("NodePort")
  NODE_PORT,
  @JsonProperty("ClusterIP")
  CLUSTER_IP
}

package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Kinds of cert-manager issuers. */
public enum IssuerKind {
  @JsonProperty("Issuer")
  ISSUER,
  @JsonProperty("ClusterIssuer")
  CLUSTER_ISSUER
}

package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Protocol versions. */
public enum TlsVersion {
  @JsonProperty("TLSv1.2")
  TLS_1_2,
  @JsonProperty("TLSv1.3")
  TLS_1_3
}

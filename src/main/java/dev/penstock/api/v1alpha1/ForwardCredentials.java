package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether the backend sees the headers that carried the key. */
public enum ForwardCredentials {
  @JsonProperty("Strip")
  STRIP,
  @JsonProperty("Keep")
  KEEP
}

package dev.penstock.config.manifest;

import dev.penstock.model.ResourceName;

/** Which resource: its kind, for example {@code AIService}, and its name. */
public record ResourceId(String kind, ResourceName name) {

  @Override
  public String toString() {
    return kind + " " + name;
  }
}

package dev.penstock.proxy.admin;

import java.util.List;

/**
 * Whether a gateway takes requests.
 *
 * @param details lines for a person: what it waits for, or what it serves
 */
public record Readiness(boolean ready, List<String> details) {
  public Readiness {
    details = List.copyOf(details);
  }
}

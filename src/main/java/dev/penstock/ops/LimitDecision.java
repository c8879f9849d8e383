package dev.penstock.ops;

import java.util.Locale;

/** What a rate limit did with a request. */
public enum LimitDecision {
  ALLOWED,
  /** Let through after a wait. */
  DELAYED,
  REFUSED,
  /** Let through in dry run, where it would have been refused. */
  WOULD_REFUSE;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** The metric's label. */
  public String label() {
    return label;
  }
}

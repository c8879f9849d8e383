package dev.penstock.ops;

import java.util.Locale;

/** How a request came out of a service's queue. */
public enum QueueOutcome {
  /** To the backend, with or without a wait. */
  GRANTED,
  /** Refused: all places were taken. */
  FULL,
  /** Refused: it waited as long as it may. */
  TIMED_OUT,
  /** It ended while it waited: the client left, or another limit of its time was reached. */
  LEFT,
  /** Refused: nobody could tell whether there was a permit. */
  UNAVAILABLE;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** The metric's label. */
  public String label() {
    return label;
  }
}

package dev.penstock.ops;

import java.util.Locale;

/** Whether an answer came from a cache. */
public enum CacheUse {
  HIT,
  MISS,
  /** There is no cache. */
  NONE;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** The metric's label. */
  public String label() {
    return label;
  }
}

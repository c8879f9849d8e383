package dev.penstock.ops;

import java.util.Locale;

/** How an authentication ended. */
public enum AuthResult {
  ALLOWED,
  DENIED,
  /** The service that decides gave no usable answer. */
  UNAVAILABLE;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** The metric's label. */
  public String label() {
    return label;
  }
}

package dev.penstock.model;

/**
 * Text that no log, event or page may show, such as a private key: prints as {@code [redacted]}.
 */
public record Sensitive(String value) {

  @Override
  public String toString() {
    return "[redacted]";
  }
}

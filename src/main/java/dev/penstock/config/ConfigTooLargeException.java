package dev.penstock.config;

/** A configuration with more in it than may be delivered; the message says how much that is. */
public final class ConfigTooLargeException extends Exception {

  private static final long serialVersionUID = 1L;

  ConfigTooLargeException(String message) {
    super(message);
  }
}

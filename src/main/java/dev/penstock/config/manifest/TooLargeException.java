package dev.penstock.config.manifest;

/** A document that would grow beyond what a manifest may be, such as an alias bomb. */
final class TooLargeException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int line;
  private final String reason;

  TooLargeException(int line, String reason) {
    super(reason);
    this.line = line;
    this.reason = reason;
  }

  int line() {
    return line;
  }

  String reason() {
    return reason;
  }
}

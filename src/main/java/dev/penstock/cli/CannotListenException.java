package dev.penstock.cli;

/** An address cannot be listened on; the message names it and says what to do. */
public final class CannotListenException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String reason;

  public CannotListenException(String reason) {
    super(reason);
    this.reason = reason;
  }

  public String reason() {
    return reason;
  }
}

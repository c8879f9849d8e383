package dev.penstock.cli;

/** A command cannot go on; the message is for the user, the code is what to exit with. */
final class CommandFailedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final int exitCode;
  private final String reason;

  CommandFailedException(int exitCode, String reason) {
    super(reason);
    this.exitCode = exitCode;
    this.reason = reason;
  }

  int exitCode() {
    return exitCode;
  }

  String reason() {
    return reason;
  }
}

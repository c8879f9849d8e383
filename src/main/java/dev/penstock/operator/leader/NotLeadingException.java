package dev.penstock.operator.leader;

/** What was to be written is another operator's to write by now. */
public final class NotLeadingException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  NotLeadingException() {
    super("another operator leads");
  }
}

package dev.penstock.proxy.http;

/**
 * A message that is refused rather than repaired. Carries no stack trace: hostile input makes many.
 */
public final class BadMessageException extends Exception {

  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * @param status the answer for a request; a response with the same fault is a 502
   * @param detail one sentence for the client and the log, without bytes of the message
   */
  public BadMessageException(int status, String detail) {
    super(detail, null, false, false);
    this.status = status;
  }

  public BadMessageException(String detail) {
    this(400, detail);
  }

  public int status() {
    return status;
  }

  /** The sentence for the client. */
  public String detail() {
    return String.valueOf(getMessage());
  }
}

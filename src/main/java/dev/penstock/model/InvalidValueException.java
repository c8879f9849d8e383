package dev.penstock.model;

/** A value that must not exist: names the field and says what is wrong and what is accepted. */
public final class InvalidValueException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final String field;
  private final String detail;

  public InvalidValueException(String field, String message) {
    super(field + ": " + message);
    this.field = field;
    this.detail = message;
  }

  /** The field as the record names it, for example {@code burst}. */
  public String field() {
    return field;
  }

  /** What is wrong and what is accepted, without the field. */
  public String detail() {
    return detail;
  }
}

package dev.penstock.translate;

import java.util.Comparator;

/**
 * Something wrong with a resource.
 *
 * @param field path from the root of the resource, for example {@code spec.rateLimit.burst} or
 *     {@code spec.hostnames[1]}
 * @param message says what is wrong and what to do about it, in one line
 */
public record Problem(
    ResourceRef resource, String field, Reason reason, String message, Severity severity)
    implements Comparable<Problem> {

  private static final Comparator<Problem> ORDER =
      Comparator.comparing(Problem::resource)
          .thenComparing(Problem::severity)
          .thenComparing(Problem::field)
          .thenComparing(Problem::message);

  private static final int LONGEST = 1000;

  /** What it does to the resource. */
  public enum Severity {
    /** The resource is refused. */
    ERROR,
    /** A note: the resource is served. */
    WARNING
  }

  public Problem {
    field = oneLine(field);
    message = oneLine(message);
  }

  public boolean isError() {
    return severity == Severity.ERROR;
  }

  // Both may quote what a manifest says, and end in a log or a status.
  private static String oneLine(String text) {
    String shown = text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
    return shown.replaceAll("\\p{Cntrl}", "?");
  }

  @Override
  public int compareTo(Problem other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return resource + ": " + field + ": " + message;
  }
}

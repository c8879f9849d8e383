package dev.penstock.operator.status;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Why an owned object is not as it should be.
 *
 * @param kind what sort of problem
 * @param message for people: what is, and what mends it
 */
public record ObjectProblem(Kind kind, String message) {

  /** The first of several decides on the reason. */
  public enum Kind {
    /** The API server does not take the object as the resource asks for it. */
    INVALID("UnsupportedValue"),
    /** Somebody else's object, or a fault of the API server, is in the way. */
    IN_THE_WAY("Conflicted");

    private final String reason;

    Kind(String reason) {
      this.reason = reason;
    }
  }

  static String reason(List<ObjectProblem> problems) {
    return problems.stream().map(ObjectProblem::kind).min(Kind::compareTo).orElseThrow().reason;
  }

  static String text(List<ObjectProblem> problems) {
    return problems.stream().map(ObjectProblem::message).collect(Collectors.joining("; "));
  }
}

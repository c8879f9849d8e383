package dev.penstock.translate;

import java.util.List;

/**
 * What became of one resource, ready to be made into conditions.
 *
 * @param accepted whether the resource itself can be enforced
 * @param resolvedRefs whether all that it refers to is there and permitted
 * @param problems all of them, sorted
 */
public record Outcome(
    ResourceRef resource, Finding accepted, Finding resolvedRefs, List<Problem> problems) {

  public Outcome {
    problems = List.copyOf(problems);
  }

  /** Whether the resource is part of the configuration. */
  public boolean served() {
    return problems.stream().noneMatch(Problem::isError);
  }

  /**
   * A condition's content.
   *
   * @param message all that is wrong, or that all is well
   */
  public record Finding(boolean holds, Reason reason, String message) {}
}

package dev.penstock.translate;

import dev.penstock.translate.Outcome.Finding;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** From problems to what conditions say. */
final class Outcomes {

  private Outcomes() {}

  static Outcome of(ResourceRef resource, List<Problem> problems) {
    return new Outcome(
        resource,
        finding(
            problems,
            problem -> problem.isError() && !problem.reason().aboutReferences(),
            new Finding(true, Reason.ACCEPTED, "every field can be enforced")),
        finding(
            problems,
            problem -> problem.reason().aboutReferences(),
            new Finding(true, Reason.RESOLVED_REFS, "all that is referred to is there")),
        problems);
  }

  private static Finding finding(
      List<Problem> problems, Predicate<Problem> against, Finding otherwise) {
    List<Problem> found = problems.stream().filter(against).toList();
    if (found.isEmpty()) {
      return otherwise;
    }
    String message =
        found.stream()
            .map(problem -> problem.field() + ": " + problem.message())
            .collect(Collectors.joining("; "));
    return new Finding(false, found.getFirst().reason(), message);
  }
}

package dev.penstock.config.manifest;

import dev.penstock.translate.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Puts what schema and translation say together, so that one mistake is told once and in the better
 * words.
 */
final class ProblemMerge {

  /** All problems, each list by file and line. */
  record Merged(List<ManifestProblem> problems, List<ManifestProblem> warnings) {}

  private final ManifestSet set;

  ProblemMerge(ManifestSet set) {
    this.set = set;
  }

  Merged merge(List<Problem> translated) {
    Set<ManifestProblem> problems = new TreeSet<>(set.problems());
    Set<ManifestProblem> warnings = new TreeSet<>();
    Map<ResourceId, List<Problem>> byResource =
        translated.stream().collect(Collectors.groupingBy(ProblemMerge::id));
    for (var resource : set.resources().entrySet()) {
      ResourceId id = resource.getKey();
      List<Problem> own = byResource.getOrDefault(id, List.of());
      problems.addAll(fromSchema(resource.getValue(), own));
      for (Problem problem : own) {
        if (!isConsequence(problem, set.schemaProblems().getOrDefault(id, List.of()))) {
          (problem.isError() ? problems : warnings).add(told(resource.getValue(), problem));
        }
      }
    }
    return new Merged(List.copyOf(problems), List.copyOf(warnings));
  }

  /** A form is told by the translation where it can, which knows what is meant by it. */
  private List<ManifestProblem> fromSchema(Resource resource, List<Problem> translated) {
    List<ManifestProblem> told = new ArrayList<>();
    for (SchemaProblem problem : set.schemaProblems().getOrDefault(resource.id(), List.of())) {
      boolean better =
          problem.kind() == SchemaProblem.Kind.FORM
              && translated.stream().anyMatch(each -> each.field().equals(problem.field()));
      if (!better) {
        told.add(
            new ManifestProblem(
                resource.place(problem.field()),
                Optional.of(resource.id()),
                problem.field(),
                problem.message(),
                problem.mend()));
      }
    }
    return told;
  }

  private static boolean isConsequence(Problem problem, List<SchemaProblem> schemaProblems) {
    return schemaProblems.stream()
        .anyMatch(
            each ->
                switch (each.kind()) {
                  case FORM -> false;
                  case RULE -> each.field().equals(problem.field());
                  case MISFIT -> related(each.field(), problem.field());
                });
  }

  /** Whether one of the fields is within the other. */
  private static boolean related(String a, String b) {
    return within(a, b) || within(b, a);
  }

  private static boolean within(String inner, String outer) {
    return inner.equals(outer) || inner.startsWith(outer + ".") || inner.startsWith(outer + "[");
  }

  private static ManifestProblem told(Resource resource, Problem problem) {
    return new ManifestProblem(
        resource.place(problem.field()),
        Optional.of(resource.id()),
        problem.field(),
        problem.message(),
        "");
  }

  private static ResourceId id(Problem problem) {
    return new ResourceId(problem.resource().kind().word(), problem.resource().name());
  }
}

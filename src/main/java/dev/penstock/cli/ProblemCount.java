package dev.penstock.cli;

import dev.penstock.config.manifest.ManifestProblem;
import java.util.List;

/** {@code 3 problems in 2 files}. */
final class ProblemCount {

  private ProblemCount() {}

  static String of(List<ManifestProblem> problems) {
    long files = problems.stream().map(problem -> problem.place().file()).distinct().count();
    return many(problems.size(), "problem") + " in " + many(files, "file");
  }

  static String many(long number, String word) {
    return number + " " + word + (number == 1 ? "" : "s");
  }
}

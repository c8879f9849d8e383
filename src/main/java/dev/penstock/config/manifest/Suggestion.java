package dev.penstock.config.manifest;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** What somebody who mistyped a word most likely meant. */
public final class Suggestion {

  /** Longer words are no slip of the finger, and would take long to compare. */
  private static final int MAX_LENGTH = 64;

  private Suggestion() {}

  /** The closest choice, if it is close: case aside, at most a third of the letters differ. */
  public static Optional<String> closest(String word, Collection<String> choices) {
    if (word.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    String lower = word.toLowerCase(Locale.ROOT);
    return choices.stream()
        .filter(choice -> distance(lower, choice.toLowerCase(Locale.ROOT)) <= allowed(word, choice))
        .min(
            Comparator.<String>comparingInt(
                    choice -> distance(lower, choice.toLowerCase(Locale.ROOT)))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** {@code did you mean X?}, or the choices where there are few, or nothing. */
  static String mend(String word, Collection<String> choices) {
    return closest(word, choices)
        .map(choice -> "did you mean " + choice + "?")
        .orElseGet(() -> choices.isEmpty() ? "remove it" : "known here: " + list(choices));
  }

  /** In alphabetical order, separated by commas. */
  static String list(Collection<String> choices) {
    return String.join(", ", choices.stream().sorted().toList());
  }

  private static int allowed(String word, String choice) {
    return Math.max(1, Math.max(word.length(), choice.length()) / 3);
  }

  /** Letters to insert, remove, replace, or swap with their neighbour. */
  private static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : step(cost, a, b, i, j);
      }
    }
    return cost[a.length()][b.length()];
  }

  private static int step(int[][] cost, String a, String b, int i, int j) {
    int replace = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
    int best = Math.min(replace, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
  }
}

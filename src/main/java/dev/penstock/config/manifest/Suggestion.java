package dev.penstock.config.manifest;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** What somebody who mistyped a word most likely meant. */
final class Suggestion {

  private Suggestion() {}

  /** The closest choice, if it is close: case aside, at most a third of the letters differ. */
  static Optional<String> closest(String word, Collection<String> choices) {
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

  private static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int swap = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(swap, Math.min(previous[j], row[j - 1]) + 1);
      }
      previous = row;
    }
    return previous[b.length()];
  }
}

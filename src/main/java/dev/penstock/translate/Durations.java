package dev.penstock.translate;

import dev.penstock.model.InvalidValueException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Gateway API's durations (GEP-2257): numbers with h, m, s or ms, such as {@code 1m30s}. */
public final class Durations {

  /** Kept well within a 32-bit number of milliseconds, which timers of sockets count in. */
  private static final Duration LONGEST = Duration.ofHours(500);

  private static final Pattern FORM = Pattern.compile("([0-9]{1,5}(h|m|s|ms)){1,4}");
  private static final Pattern PART = Pattern.compile("([0-9]{1,5})(ms|h|m|s)");

  private Durations() {}

  /** Parses a duration of at most 500 hours; zero is one. */
  public static Duration parse(String text) {
    if (!FORM.matcher(text).matches()) {
      throw new InvalidValueException(
          "duration", "'" + text + "' is not a duration such as 90s, 1m30s or 500ms");
    }
    Duration sum = Duration.ZERO;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      sum = sum.plus(of(Long.parseLong(part.group(1)), part.group(2)));
    }
    if (sum.compareTo(LONGEST) > 0) {
      throw new InvalidValueException("duration", "'" + text + "' is longer than 500h");
    }
    return sum;
  }

  private static Duration of(long number, String unit) {
    return switch (unit) {
      case "h" -> Duration.ofHours(number);
      case "m" -> Duration.ofMinutes(number);
      case "s" -> Duration.ofSeconds(number);
      default -> Duration.ofMillis(number);
    };
  }
}

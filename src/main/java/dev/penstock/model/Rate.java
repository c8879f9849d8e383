package dev.penstock.model;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * So many requests in so long, exact: {@code 10r/m} is one each six seconds (nginx truncates to
 * 0.001/s).
 */
public record Rate(long requests, Duration period) {

  private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,8})r/([smh])");

  public Rate {
    Check.range("rate", requests, 1, 1_000_000_000L);
    Check.that(
        period.equals(Duration.ofSeconds(1))
            || period.equals(Duration.ofMinutes(1))
            || period.equals(Duration.ofHours(1)),
        "rate",
        "counts a second, a minute or an hour");
  }

  /** Parses nginx's words {@code <n>r/s}, {@code <n>r/m}, and {@code <n>r/h}. */
  public static Rate parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new InvalidValueException(
          "rate", "'" + text + "' is not <n>r/s, <n>r/m or <n>r/h, for example 10r/m");
    }
    Duration period =
        switch (matcher.group(2)) {
          case "s" -> Duration.ofSeconds(1);
          case "m" -> Duration.ofMinutes(1);
          default -> Duration.ofHours(1);
        };
    return new Rate(Long.parseLong(matcher.group(1)), period);
  }

  @Override
  public String toString() {
    return requests
        + switch ((int) period.toSeconds()) {
          case 1 -> "r/s";
          case 60 -> "r/m";
          default -> "r/h";
        };
  }
}

package dev.penstock.cli;

import java.io.PrintWriter;
import java.time.Clock;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Locale;

/** What {@code run} tells people, on standard error: standard output belongs to the access log. */
final class Console {

  private final PrintWriter err;
  private final Clock clock;
  private final DateTimeFormatter time;

  Console(PrintWriter err, Clock clock) {
    this.err = err;
    this.clock = clock;
    this.time =
        DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());
  }

  void lines(Collection<?> lines) {
    lines.forEach(err::println);
    err.flush();
  }

  void line(String line) {
    err.println(line);
    err.flush();
  }

  /** With the time of day, for what happens long after the start. */
  void event(String line) {
    line(time.format(clock.instant()) + " " + line);
  }
}

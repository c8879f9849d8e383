package dev.penstock.ops;

import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Times as RFC 3339 in UTC with milliseconds; formats once a second. Not for several threads. */
final class Timestamp {
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.");
  private static final byte[] UTC = {'Z'};

  private long second = Long.MIN_VALUE;
  private byte[] prefix = {};

  void write(long epochMillis, JsonLine line) {
    long wanted = Math.floorDiv(epochMillis, 1000L);
    if (wanted != second) {
      prefix =
          LocalDateTime.ofEpochSecond(wanted, 0, ZoneOffset.UTC)
              .format(SECONDS)
              .getBytes(StandardCharsets.US_ASCII);
      second = wanted;
    }
    line.raw(prefix);
    line.fraction(Math.floorMod(epochMillis, 1000));
    line.raw(UTC);
  }
}

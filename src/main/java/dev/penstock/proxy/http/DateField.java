package dev.penstock.proxy.http;

import io.netty.util.AsciiString;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The time of an answer as RFC 9110 section 5.6.7 writes it, made once a second. One a loop. */
public final class DateField {

  private static final DateTimeFormatter IMF =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private long second = Long.MIN_VALUE;
  private AsciiString value = AsciiString.EMPTY_STRING;

  /** The value at that time. */
  public AsciiString at(long epochMillis) {
    long now = Math.floorDiv(epochMillis, 1000L);
    if (now != second) {
      second = now;
      value = new AsciiString(IMF.format(Instant.ofEpochSecond(now)));
    }
    return value;
  }
}

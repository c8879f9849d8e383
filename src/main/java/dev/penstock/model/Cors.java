package dev.penstock.model;

import java.time.Duration;
import java.util.List;

/**
 * Which web pages may call a service (the Fetch standard's CORS protocol).
 *
 * @param allowOrigins {@code https://app.example.com}, {@code https://*.example.com} or {@code *}
 * @param allowMethods or {@code *} for any
 * @param allowHeaders request fields that a page may set, or {@code *} for any
 * @param maxAge how long a browser may remember the answer to a preflight
 */
public record Cors(
    List<String> allowOrigins,
    List<String> allowMethods,
    List<String> allowHeaders,
    Duration maxAge) {

  public static final String ANY = "*";

  public Cors {
    allowOrigins = List.copyOf(allowOrigins);
    allowMethods = List.copyOf(allowMethods);
    allowHeaders = List.copyOf(allowHeaders);
    Check.nonEmpty("allowOrigins", allowOrigins);
    Check.that(!maxAge.isNegative(), "maxAge", "must not be negative");
    check("allowOrigins", allowOrigins);
    check("allowMethods", allowMethods);
    check("allowHeaders", allowHeaders);
  }

  /** What is written into header fields may hold neither separators nor control characters. */
  private static void check(String field, List<String> values) {
    for (String value : values) {
      Check.that(
          !value.isEmpty() && value.chars().allMatch(c -> c > ' ' && c < 127 && c != ','),
          field,
          "'" + value + "' has a character that cannot stand in a header");
    }
  }
}

package dev.penstock.model;

import java.util.regex.Pattern;

/** The form in which a prefix may be declared: what a canonical request path can start with. */
public final class PathPrefix {

  // RFC 3986 pchar without percent-encoding (one spelling is enough) and without quotes.
  private static final Pattern VALID = Pattern.compile("/|(/[A-Za-z0-9._~!$&()*+,;=:@-]+)+");

  private PathPrefix() {}

  /** Refuses what is not {@code /} or {@code /segment...} without a trailing slash. */
  public static void check(String field, String path) {
    Check.that(
        path.length() <= 1024 && VALID.matcher(path).matches(),
        field,
        "'"
            + path
            + "' is not a path such as /stt: it starts with / and has no trailing or double"
            + " slash, no query and no percent-encoding");
    for (String segment : path.split("/", -1)) {
      Check.that(
          !segment.equals(".") && !segment.equals("..") && !segment.startsWith("..;"),
          field,
          "'" + path + "' has a dot segment");
    }
  }
}

package dev.penstock.proxy.path;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A request target in any of its forms (RFC 9112 section 3.2). */
public sealed interface RequestTarget {

  /** The scheme of an absolute target. */
  enum Scheme {
    HTTP,
    HTTPS
  }

  /** A path, the usual form. */
  record Origin(RequestPath.Valid path) implements RequestTarget {}

  /** {@code http://host/path}; its authority counts, whatever Host says. */
  record Absolute(Scheme scheme, Authority.Valid authority, RequestPath.Valid path)
      implements RequestTarget {}

  /** {@code *}: OPTIONS of the server as a whole. */
  record Asterisk() implements RequestTarget {}

  /** A target that must be answered by 400. */
  record Invalid(TargetProblem problem) implements RequestTarget {}

  /**
   * Reads {@code buf[start, end)}. The result may be a view of {@code buf}, which must therefore
   * not change while the result is used.
   *
   * @param options whether the method is OPTIONS, the only one that may ask for {@code *}
   */
  static RequestTarget parse(byte[] buf, int start, int end, boolean options) {
    if (start < end && buf[start] == '/') {
      return switch (RequestPath.parse(buf, start, end)) {
        case RequestPath.Valid valid -> new Origin(valid);
        case RequestPath.Invalid invalid -> new Invalid(invalid.problem());
      };
    }
    if (end - start == 1 && buf[start] == '*') {
      return options ? new Asterisk() : new Invalid(TargetProblem.ASTERISK);
    }
    return start == end ? new Invalid(TargetProblem.EMPTY) : absolute(buf, start, end);
  }

  private static RequestTarget absolute(byte[] buf, int start, int end) {
    String text = new String(buf, start, end - start, StandardCharsets.ISO_8859_1);
    int colon = text.indexOf("://");
    if (colon < 0) {
      return new Invalid(TargetProblem.NOT_ABSOLUTE);
    }
    // RFC 3986 section 3.1: schemes are case-insensitive.
    return switch (text.substring(0, colon).toLowerCase(Locale.ROOT)) {
      case "http" -> absolute(Scheme.HTTP, text.substring(colon + 3));
      case "https" -> absolute(Scheme.HTTPS, text.substring(colon + 3));
      default -> new Invalid(TargetProblem.SCHEME);
    };
  }

  private static RequestTarget absolute(Scheme scheme, String rest) {
    int authorityEnd = 0;
    while (authorityEnd < rest.length() && "/?#".indexOf(rest.charAt(authorityEnd)) < 0) {
      authorityEnd++;
    }
    // RFC 3986 section 6.2.3: an empty path is the root.
    String path = rest.substring(authorityEnd);
    return switch (Authority.parse(rest.substring(0, authorityEnd))) {
      case Authority.Invalid invalid -> new Invalid(invalid.problem());
      case Authority.Valid authority ->
          absolute(scheme, authority, RequestPath.parse(path.startsWith("/") ? path : "/" + path));
    };
  }

  private static RequestTarget absolute(
      Scheme scheme, Authority.Valid authority, RequestPath path) {
    return switch (path) {
      case RequestPath.Valid valid -> new Absolute(scheme, authority, valid);
      case RequestPath.Invalid invalid -> new Invalid(invalid.problem());
    };
  }
}

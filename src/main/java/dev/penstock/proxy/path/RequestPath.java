package dev.penstock.proxy.path;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;

/**
 * The path of a request in its one canonical spelling, which router, auth service and backend all
 * see (RFC 3986 section 6.2.2).
 *
 * <p>Unreserved characters are decoded, what stays encoded has upper-case digits, dot segments are
 * resolved, slashes merged (nginx's {@code merge_slashes}). Spellings that some backend may read as
 * another path than ours are refused rather than repaired: encoded slashes and backslashes, NUL,
 * broken escapes, parameters on dot or empty segments ({@code ..;/}), a climb above the root. A
 * double encoding such as {@code %252e} is data and stays.
 */
public sealed interface RequestPath {

  /**
   * A path that may be routed.
   *
   * @param path canonical: starts with a slash, consists of RFC 3986 pchar and slashes only
   * @param query byte for byte as sent, with its question mark; empty when there is none
   */
  record Valid(AsciiString path, AsciiString query) implements RequestPath {

    /** Path and query, as they were meant. */
    @Override
    public String toString() {
      return path.toString() + query;
    }
  }

  /** A target that must be answered by 400. */
  record Invalid(TargetProblem problem) implements RequestPath {}

  /**
   * Reads {@code buf[start, end)}, a request target in origin form (RFC 9112 section 3.2.1). The
   * result may be a view of {@code buf}, which must therefore not change while the result is used.
   */
  static RequestPath parse(byte[] buf, int start, int end) {
    if (start == end) {
      return new Invalid(TargetProblem.EMPTY);
    }
    if (buf[start] != '/') {
      return new Invalid(TargetProblem.NOT_ABSOLUTE);
    }
    int pathEnd = PathScan.canonicalEnd(buf, start, end);
    if (pathEnd < 0) {
      return new PathCanonicalizer(buf, start, end).result();
    }
    TargetProblem problem = PathScan.queryProblem(buf, pathEnd, end);
    return problem != null
        ? new Invalid(problem)
        : new Valid(view(buf, start, pathEnd), view(buf, pathEnd, end));
  }

  /** The same for text of ASCII characters, for tools and tests. */
  static RequestPath parse(String target) {
    byte[] bytes = target.getBytes(StandardCharsets.ISO_8859_1);
    return parse(bytes, 0, bytes.length);
  }

  private static AsciiString view(byte[] buf, int start, int end) {
    return start == end
        ? AsciiString.EMPTY_STRING
        : new AsciiString(buf, start, end - start, false);
  }
}

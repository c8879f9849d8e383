package dev.penstock.proxy;

import dev.penstock.model.Route;
import dev.penstock.model.Upstream.Endpoint;
import dev.penstock.proxy.http.Ascii;
import dev.penstock.proxy.http.Fields;
import dev.penstock.proxy.http.HeadBuffer;
import dev.penstock.proxy.http.KnownField;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Turns what a backend says of its own address into what clients can reach, as nginx's {@code
 * proxy_redirect default}: where Location or Refresh starts with the backend's origin and the
 * route's rewrite, the route's path stands in their place.
 */
final class Redirects {

  private static final byte[] URL = Ascii.bytes("url=");
  private static final byte[] SAME_FOLDER = Ascii.bytes("/.");

  private final List<byte[]> origins;
  private final byte[] rewrite;
  private final byte[] path;

  private Redirects(List<byte[]> origins, byte[] rewrite, byte[] path) {
    this.origins = List.copyOf(origins);
    this.rewrite = rewrite;
    this.path = path;
  }

  static Redirects of(Route route) {
    var origins = new ArrayList<byte[]>();
    // The first is what the Host field says, from which backends make their own address.
    route.upstream().endpoints().stream()
        .findFirst()
        .ifPresent(
            endpoint -> {
              // Either, for some believe X-Forwarded-Proto, which tells how the client came.
              addOrigins("http://", endpoint, 80, origins);
              addOrigins("https://", endpoint, 443, origins);
            });
    return new Redirects(origins, prefix(route.rewrite()), prefix(route.path()));
  }

  private static void addOrigins(
      String scheme, Endpoint endpoint, int defaultPort, List<byte[]> into) {
    String origin = (scheme + endpoint.authority()).toLowerCase(Locale.ROOT);
    into.add(Ascii.bytes(origin));
    if (endpoint.port() == defaultPort) {
      into.add(Ascii.bytes(origin.substring(0, origin.lastIndexOf(':'))));
    }
  }

  private static byte[] prefix(String path) {
    return Ascii.bytes(path.equals("/") ? "" : path);
  }

  /** Takes what is to be another out of {@code fields}, and adds it anew to {@code lines}. */
  void turn(Fields fields, HeadBuffer lines) {
    for (int i = fields.find(KnownField.LOCATION);
        i >= 0;
        i = fields.find(KnownField.LOCATION, i + 1)) {
      turn(fields, i, fields.valueStart(i), lines);
    }
    for (int i = fields.find(KnownField.REFRESH);
        i >= 0;
        i = fields.find(KnownField.REFRESH, i + 1)) {
      turn(fields, i, urlOfRefresh(fields, i), lines);
    }
  }

  private static int urlOfRefresh(Fields fields, int i) {
    int end = fields.valueEnd(i);
    int at = fields.valueStart(i);
    while (at < end && !Ascii.startsWithLower(fields.bytes(), at, end, URL)) {
      at++;
    }
    return Math.min(at + URL.length, end);
  }

  private void turn(Fields fields, int i, int start, HeadBuffer lines) {
    byte[] bytes = fields.bytes();
    int end = fields.valueEnd(i);
    int rest = behindRewrite(bytes, behindOrigin(bytes, start, end), end);
    if (rest >= 0) {
      lines.add(bytes, fields.lineStart(i), start).add(path);
      if (path.length == 0) {
        keepAbsolute(bytes, rest, end, lines);
      }
      lines.add(bytes, rest, end).crlf();
      fields.drop(i);
    }
  }

  /** Where the path starts behind the backend's origin, or -1 where another stands there. */
  private int behindOrigin(byte[] bytes, int start, int end) {
    for (byte[] origin : origins) {
      int at = start + origin.length;
      if (Ascii.startsWithLower(bytes, start, end, origin) && endsSegment(bytes, at, end)) {
        return at;
      }
    }
    return -1;
  }

  private int behindRewrite(byte[] bytes, int start, int end) {
    int at = start + rewrite.length;
    boolean there =
        start >= 0
            && at <= end
            && Arrays.equals(bytes, start, at, rewrite, 0, rewrite.length)
            && endsSegment(bytes, at, end);
    return there ? at : -1;
  }

  private static boolean endsSegment(byte[] bytes, int at, int end) {
    return at == end || bytes[at] == '/' || bytes[at] == '?' || bytes[at] == '#';
  }

  /**
   * Below the root the rest is the whole reference. It must start with a slash, and not with two,
   * behind which a host would stand (RFC 3986 section 4.2); browsers take a backslash for a slash
   * and overlook a tab.
   */
  private static void keepAbsolute(byte[] bytes, int rest, int end, HeadBuffer lines) {
    if (rest == end || bytes[rest] != '/') {
      lines.add((byte) '/');
    } else if (rest + 1 < end
        && (bytes[rest + 1] == '/' || bytes[rest + 1] == '\\' || bytes[rest + 1] == '\t')) {
      lines.add(SAME_FOLDER);
    }
  }
}

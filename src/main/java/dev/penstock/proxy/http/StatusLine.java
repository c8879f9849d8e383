package dev.penstock.proxy.http;

import java.util.Map;

/** Status codes and their phrases (RFC 9110 section 15), as the bytes of a status line. */
public final class StatusLine {

  private static final Map<Integer, String> PHRASES =
      Map.ofEntries(
          Map.entry(100, "Continue"),
          Map.entry(204, "No Content"),
          Map.entry(200, "OK"),
          Map.entry(308, "Permanent Redirect"),
          Map.entry(400, "Bad Request"),
          Map.entry(401, "Unauthorized"),
          Map.entry(403, "Forbidden"),
          Map.entry(404, "Not Found"),
          Map.entry(405, "Method Not Allowed"),
          Map.entry(408, "Request Timeout"),
          Map.entry(413, "Content Too Large"),
          Map.entry(414, "URI Too Long"),
          Map.entry(417, "Expectation Failed"),
          Map.entry(421, "Misdirected Request"),
          Map.entry(429, "Too Many Requests"),
          Map.entry(431, "Request Header Fields Too Large"),
          Map.entry(500, "Internal Server Error"),
          Map.entry(501, "Not Implemented"),
          Map.entry(502, "Bad Gateway"),
          Map.entry(503, "Service Unavailable"),
          Map.entry(504, "Gateway Timeout"),
          Map.entry(505, "HTTP Version Not Supported"));

  private static final byte[][] LINES = new byte[600][];

  static {
    for (int status = 100; status < LINES.length; status++) {
      LINES[status] = Ascii.bytes("HTTP/1.1 " + status + " " + phrase(status) + "\r\n");
    }
  }

  private StatusLine() {}

  public static String phrase(int status) {
    return PHRASES.getOrDefault(status, status < 500 ? "Refused" : "Unavailable");
  }

  /** {@code HTTP/1.1 429 Too Many Requests} with its CRLF; 100 to 599. */
  static byte[] of(int status) {
    return LINES[status];
  }

  /** Writes the line with the backend's own phrase. */
  public static void write(HeadBuffer into, ResponseHead head) {
    if (head.reasonEnd() - head.reasonStart() == 2 && head.status() == 200) {
      into.add(LINES[200]);
      return;
    }
    into.add(LINES[200], 0, 9).decimal(head.status()).add((byte) ' ');
    into.add(head.bytes(), head.reasonStart(), head.reasonEnd()).crlf();
  }

  /** Writes the line of an answer of our own. */
  public static void write(HeadBuffer into, int status) {
    into.add(LINES[status]);
  }
}

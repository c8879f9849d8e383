package dev.penstock.proxy.behaviour;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the access log says of one request. */
record LoggedRequest(
    int status,
    String reason,
    long requestBytes,
    long responseBytes,
    boolean firstByte,
    String upstream) {

  static LoggedRequest of(String line) {
    return new LoggedRequest(
        Integer.parseInt(field(line, "status")),
        field(line, "reason"),
        Long.parseLong(field(line, "request_bytes")),
        Long.parseLong(field(line, "response_bytes")),
        !field(line, "first_byte_ms").equals("null"),
        field(line, "upstream"));
  }

  /** Status and reason in one, to compare. */
  String outcome() {
    return status + " " + reason;
  }

  private static String field(String line, String name) {
    Matcher matcher = Pattern.compile("\"" + name + "\":\"?([^\",}]*)").matcher(line);
    if (!matcher.find()) {
      throw new AssertionError("no " + name + " in " + line);
    }
    return matcher.group(1);
  }
}

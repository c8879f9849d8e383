package dev.penstock.proxy.warmup;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What clients send, in about the shares in which they do, and what comes of it. */
final class Requests {

  static final String GOOD_KEY = "warm-up-good-key";
  static final String AUTH_PATH = "/auth";
  static final String STREAM_PATH = "/stream";
  static final String AUTHORITY = "localhost";

  private static final String REFUSED = "/refused/item";
  private static final String BODY = "{\"input\":\"" + "a".repeat(2000) + "\"}";

  private Requests() {}

  /**
   * One request, as any version of HTTP can carry it.
   *
   * @param fields with names in lower case, but for those that say how the body is framed
   * @param body empty for none
   * @param sized whether its length is told
   * @param status what the proxy answers
   */
  record Request(
      String method,
      String target,
      Map<String, String> fields,
      String body,
      boolean sized,
      int status) {

    /** As HTTP/1.1 writes it (RFC 9112). */
    String text() {
      var text = new StringBuilder(256 + body.length());
      text.append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
      text.append("host: ").append(AUTHORITY).append("\r\n");
      fields.forEach((name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
      if (body.isEmpty()) {
        return text.append("\r\n").toString();
      }
      String length = sized ? Integer.toString(body.length()) : Integer.toHexString(body.length());
      return sized
          ? text.append("content-length: ")
              .append(length)
              .append("\r\n\r\n")
              .append(body)
              .toString()
          : text.append("transfer-encoding: chunked\r\n\r\n")
              .append(length)
              .append("\r\n")
              .append(body)
              .append("\r\n0\r\n\r\n")
              .toString();
    }
  }

  /** Each kind of request and of refusal. */
  static List<Request> all() {
    List<Request> all = new ArrayList<>();
    for (String route : List.of("/plain", "/limited", "/external", "/cached", "/keys")) {
      all.addAll(Collections.nCopies(24, get(route + "/v1/models?limit=1", GOOD_KEY, 200)));
      all.addAll(Collections.nCopies(24, post(route + "/v1/items", true)));
      all.addAll(Collections.nCopies(4, post(route + "/v1/items", false)));
      all.addAll(Collections.nCopies(8, get(route + STREAM_PATH, GOOD_KEY, 200)));
    }
    all.add(get("/external/item", "bad", 401));
    all.add(get("/keys/item", "bad", 401));
    all.add(get(REFUSED, GOOD_KEY, 429));
    all.add(get("/nowhere", GOOD_KEY, 404));
    return all;
  }

  /** Asked once: it takes the only token, so that the next is refused. */
  static List<Request> first() {
    return List.of(get(REFUSED, GOOD_KEY, 200));
  }

  /** What a plain listener redirects. */
  static List<Request> redirected() {
    return List.of(get("/plain/item", GOOD_KEY, 308));
  }

  private static Request get(String target, String key, int status) {
    return new Request("GET", target, fields(key), "", true, status);
  }

  private static Request post(String target, boolean sized) {
    return new Request("POST", target, fields(GOOD_KEY), BODY, sized, 200);
  }

  private static Map<String, String> fields(String key) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("user-agent", "warm-up");
    fields.put("accept", "*/*");
    fields.put("accept-encoding", "gzip");
    fields.put("content-type", "application/json");
    fields.put("x-api-key", key);
    return fields;
  }
}

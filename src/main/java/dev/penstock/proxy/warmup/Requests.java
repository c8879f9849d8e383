package dev.penstock.proxy.warmup;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What clients send, in about the shares in which they do, and what comes of it. */
final class Requests {

  static final String GOOD_KEY = "warm-up-good-key";
  static final String AUTH_PATH = "/auth";
  static final String STREAM_PATH = "/stream";

  private static final String REFUSED = "/refused/item";
  private static final String BAD_KEY = "X-API-Key: bad\r\n";
  private static final String KEY = "X-API-Key: " + GOOD_KEY + "\r\n";
  private static final String BODY = "{\"input\":\"" + "a".repeat(2000) + "\"}";
  private static final int ORDINARY = 8;

  private Requests() {}

  /**
   * One request.
   *
   * @param status what the proxy answers
   */
  record Request(String text, int status) {}

  /** Each kind of request and of refusal. */
  static List<Request> all() {
    List<Request> all = new ArrayList<>();
    for (String route : List.of("/plain", "/limited", "/external", "/cached", "/keys")) {
      all.addAll(Collections.nCopies(ORDINARY, get(route + "/v1/models?limit=1", KEY, 200)));
      all.add(post(route + "/v1/items", "Content-Length: " + BODY.length() + "\r\n", BODY));
      all.add(post(route + "/v1/items", "Transfer-Encoding: chunked\r\n", chunked()));
      all.add(get(route + STREAM_PATH, KEY, 200));
    }
    all.add(get("/external/item", BAD_KEY, 401));
    all.add(get("/keys/item", BAD_KEY, 401));
    all.add(get(REFUSED, "", 429));
    all.add(get("/nowhere", "", 404));
    return all;
  }

  /** Asked once: it takes the only token, so that the next is refused. */
  static List<Request> first() {
    return List.of(get(REFUSED, "", 200));
  }

  /** What a plain listener redirects. */
  static List<Request> redirected() {
    return List.of(get("/plain/item", "", 308));
  }

  private static Request get(String target, String fields, int status) {
    return new Request("GET " + target + " HTTP/1.1\r\n" + common() + fields + "\r\n", status);
  }

  private static Request post(String target, String framing, String body) {
    return new Request(
        "POST " + target + " HTTP/1.1\r\n" + common() + KEY + framing + "\r\n" + body, 200);
  }

  private static String common() {
    return String.join(
        "\r\n",
        "Host: localhost",
        "User-Agent: warm-up",
        "Accept: */*",
        "Accept-Encoding: gzip",
        "Content-Type: application/json",
        "");
  }

  private static String chunked() {
    return Integer.toHexString(BODY.length()) + "\r\n" + BODY + "\r\n0\r\n\r\n";
  }
}

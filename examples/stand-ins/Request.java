import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A request as it came: the target and the header names are not touched. */
record Request(
    String method, String target, boolean http11, List<Header> headers, RequestBody body) {

  record Header(String name, String value) {}

  /** Null when the head is no HTTP/1.x request. */
  static Request parse(List<String> head, InputStream in, OutputStream out) {
    var start = head.getFirst().split(" ");
    if (start.length != 3 || !start[2].startsWith("HTTP/1.")) {
      return null;
    }
    var headers = new ArrayList<Header>();
    for (var line : head.subList(1, head.size())) {
      int colon = line.indexOf(':');
      if (colon <= 0) {
        return null;
      }
      headers.add(new Header(line.substring(0, colon), line.substring(colon + 1).strip()));
    }
    var request = new Request(start[0], start[1], start[2].equals("HTTP/1.1"), headers, null);
    try {
      return request.with(RequestBody.of(request, in, out));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private Request with(RequestBody newBody) {
    return new Request(method, target, http11, headers, newBody);
  }

  /** The first value of a header, or "" without one. */
  String header(String name) {
    return headers.stream()
        .filter(h -> h.name().equalsIgnoreCase(name))
        .map(Header::value)
        .findFirst()
        .orElse("");
  }

  boolean headerHas(String name, String token) {
    return header(name).toLowerCase(Locale.ROOT).contains(token);
  }

  /** The decoded path, without the query. */
  String path() {
    int query = target.indexOf('?');
    var raw = query < 0 ? target : target.substring(0, query);
    return raw.indexOf('%') < 0
        ? raw
        : URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** The query as it came, or "". */
  String query() {
    int query = target.indexOf('?');
    return query < 0 ? "" : target.substring(query + 1);
  }

  /** Method and path, to switch on. */
  String route() {
    return method + " " + path();
  }

  /** The whole body as JSON; an empty one is an empty object. */
  JsonObject json() throws IOException {
    var text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
    return text.isBlank() ? new JsonObject(Map.of()) : JsonObject.parse(text);
  }
}

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;

/**
 * The auth service behind nginx's {@code auth_request}: 204 for a known key, else 401. The key may
 * come as {@code X-API-Key} or, as the SDKs send it, as {@code Authorization: Bearer}.
 */
final class AuthStandIn implements StandIn {
  private static final String BEARER = "bearer ";
  private final List<String> keys;

  AuthStandIn(List<String> keys) {
    this.keys = keys;
  }

  @Override
  public String name() {
    return "auth";
  }

  @Override
  public int port() {
    return 8080;
  }

  @Override
  public String about() {
    return "/internal/auth accepts " + keys.size() + " key(s)";
  }

  @Override
  public void handle(Exchange exchange) throws IOException {
    if (!exchange.request().path().equals("/internal/auth")) {
      return;
    }
    if (known(exchange.request().header("X-API-Key")) || known(bearer(exchange.request()))) {
      exchange.header("X-Auth-User", "demo").send(204, "", new byte[0]);
    } else {
      exchange.header("WWW-Authenticate", "Bearer realm=\"stand-in\"");
      exchange.json(401, Map.of("error", "no known API key"));
    }
  }

  private static String bearer(Request request) {
    var value = request.header("Authorization");
    return value.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? value.substring(BEARER.length()).strip()
        : "";
  }

  private boolean known(String key) {
    var offered = key.getBytes(StandardCharsets.UTF_8);
    return !key.isEmpty()
        && keys.stream()
            .anyMatch(k -> MessageDigest.isEqual(k.getBytes(StandardCharsets.UTF_8), offered));
  }
}

package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.model.GatewayConfig;
import dev.penstock.model.Upstream;
import dev.penstock.model.Upstream.Endpoint;
import dev.penstock.proxy.ConfigRefusedException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where a backend sends its clients, which knows its own address and path alone. */
class LocationTest {

  private static final String MANIFESTS =
      """
      apiVersion: penstock.dev/v1alpha1
      kind: AIGateway
      metadata: {name: default, namespace: ai}
      spec: {tls: {mode: Disabled}}
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: all, namespace: ai}
      spec: {path: /, backend: {url: "http://127.0.0.1:%1$d"}}
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: raw, namespace: ai}
      spec: {path: /raw, backend: {url: "http://127.0.0.1:%1$d"}}
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: deep, namespace: ai}
      spec: {path: /tts/en, rewrite: /base/v1, backend: {url: "http://127.0.0.1:%1$d"}}
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: lifted, namespace: ai}
      spec: {path: /, hostnames: [lifted], rewrite: /v1, backend: {url: "http://127.0.0.1:%1$d"}}
      """;

  /** Whatever the request says in {@code Say}, a field line, is in the answer. */
  private final RawBackend backend = new RawBackend(LocationTest::say);

  private final GatewayConfig config = RunningGateway.config(MANIFESTS.formatted(backend.port()));
  private final RunningGateway gateway =
      RunningGateway.serving(MANIFESTS.formatted(backend.port()));
  private final RawClient client = new RawClient(gateway.httpPort());
  private final String own = "127.0.0.1:" + backend.port();

  @AfterEach
  void close() {
    client.close();
    gateway.close();
    backend.close();
  }

  private static void say(RawBackend.Connection connection) throws Exception {
    for (String head = connection.readRequest(); head != null; head = connection.readRequest()) {
      int at = head.toLowerCase(Locale.ROOT).indexOf("\r\nsay: ") + "\r\nsay: ".length();
      connection.send(
          "HTTP/1.1 307 Temporary Redirect\r\nX-Before: 1\r\n"
              + head.substring(at, head.indexOf("\r\n", at))
              + "\r\nX-Behind: 2\r\nContent-Length: 0\r\n\r\n");
    }
  }

  private RawResponse ask(String host, String path, String said) {
    return client
        .send("GET %s HTTP/1.1\r\nHost: %s\r\nSay: %s\r\n\r\n".formatted(path, host, said))
        .read();
  }

  private String location(String path, String said) {
    return ask("ai.example.com", path, "Location: " + said).header("location").orElseThrow();
  }

  private void stays(String path, String location) {
    assertEquals(location, location(path, location));
  }

  @Test
  void theRoutesPathStandsWhereTheBackendsWas() {
    RawResponse answer =
        ask("ai.example.com", "/raw/v1/audio", "location:http://" + own + "/v1/audio/");
    assertEquals(307, answer.status());
    assertEquals(
        List.of("/raw/v1/audio/"),
        answer.headers().stream()
            .filter(line -> line.startsWith("location:"))
            .map(line -> line.substring("location:".length()).strip())
            .toList());
    assertEquals(Optional.of("1"), answer.header("x-before"));
    assertEquals(Optional.of("2"), answer.header("x-behind"));
  }

  @Test
  void queryAndFragmentAreKept() {
    assertEquals("/raw/v1/?a=b%2F&c#d", location("/raw", "http://" + own + "/v1/?a=b%2F&c#d"));
    assertEquals("/raw?a=b", location("/raw", "http://" + own + "?a=b"));
    assertEquals("/raw#d", location("/raw", "http://" + own + "#d"));
    assertEquals("/raw", location("/raw", "http://" + own));
    assertEquals("/raw/", location("/raw", "http://" + own + "/"));
  }

  @Test
  void aRewriteIsTakenBackBySegments() {
    assertEquals("/tts/en/x", location("/tts/en", "http://" + own + "/base/v1/x"));
    assertEquals("/tts/en", location("/tts/en", "http://" + own + "/base/v1"));
    assertEquals("/tts/en?a", location("/tts/en", "http://" + own + "/base/v1?a"));
    for (String path : List.of("/base/v10", "/base/V1/x", "/base", "/other", "/", "")) {
      stays("/tts/en", "http://" + own + path);
    }
  }

  @Test
  void atTheRootItIsThePathAlone() {
    assertEquals("/v1/audio/", location("/", "http://" + own + "/v1/audio/"));
    assertEquals("/", location("/", "http://" + own));
    assertEquals("/?a", location("/", "http://" + own + "?a"));
    RawResponse lifted = ask("lifted", "/x", "Location: http://" + own + "/v1?a");
    assertEquals(Optional.of("/?a"), lifted.header("location"));
  }

  /** What starts with two slashes, or with what browsers take for such, would name a host. */
  @Test
  void aPathNeverBecomesAHost() {
    assertEquals("/.//evil.example/x", location("/", "http://" + own + "//evil.example/x"));
    assertEquals("/./\\evil.example", location("/", "http://" + own + "/\\evil.example"));
    assertEquals("/./\t/evil.example", location("/", "http://" + own + "/\t/evil.example"));
    assertEquals("/raw//evil.example", location("/raw", "http://" + own + "//evil.example"));
    RawResponse lifted = ask("lifted", "/x", "Location: http://" + own + "/v1//evil.example");
    assertEquals(Optional.of("/.//evil.example"), lifted.header("location"));
  }

  @Test
  void whatIsElsewhereOrRelativeStays() {
    int port = backend.port();
    for (String location :
        List.of(
            "http://other.example/v1/",
            "http://127.0.0.1:" + (port == 1 ? 2 : port - 1) + "/v1/",
            "http://127.0.0.1:" + port + "0/v1/",
            "http://127.0.0.1/v1/",
            "http://127.0.0.10:" + port + "/v1/",
            "http://user@" + own + "/v1/",
            "http://" + own + "@other.example/v1/",
            "http://" + own + "\\@other.example/v1/",
            "ftp://" + own + "/v1/",
            "//" + own + "/v1/",
            "/v1/audio/",
            "audio/?next=http://" + own + "/",
            "?next=http://" + own + "/",
            "")) {
      stays("/raw/v1/audio", location);
    }
  }

  @Test
  void schemeAndHostAreReadInAnyCaseAndThePathInItsOwn() throws Exception {
    backendIsCalled("models.Example", 8000);
    assertEquals("/raw/V1/", location("/raw", "HTTP://MODELS.example:8000/V1/"));
    stays("/raw", "http://models.example/v1/");
    stays("/raw", "http://" + own + "/v1/");
  }

  /** A backend that believes X-Forwarded-Proto says https, whatever is spoken to it. */
  @Test
  void theSchemeMayBeTheClients() {
    assertEquals("/raw/v1/", location("/raw", "https://" + own + "/v1/"));
  }

  @Test
  void thePortOfItsSchemeMayBeLeftOut() throws Exception {
    backendIsCalled("models.example", 80);
    assertEquals("/raw/v1/", location("/raw", "http://models.example/v1/"));
    assertEquals("/raw/v1/", location("/raw", "http://models.example:80/v1/"));
    stays("/raw", "https://models.example/v1/");
    stays("/raw", "http://models.example.org/v1/");
    backendIsCalled("models.example", 443);
    assertEquals("/raw/v1/", location("/raw", "https://models.example/v1/"));
    stays("/raw", "http://models.example/v1/");
    backendIsCalled("2001:db8::1", 80);
    assertEquals("/raw/v1/", location("/raw", "http://[2001:db8::1]/v1/"));
    assertEquals("/raw/v1/", location("/raw", "http://[2001:db8::1]:80/v1/"));
  }

  /** The address that is connected to does not count, but the name that the Host field says. */
  private void backendIsCalled(String host, int port) throws ConfigRefusedException {
    var upstream =
        new Upstream(List.of(new Endpoint(host, port)), Optional.empty())
            .withReady(List.of(new Endpoint("127.0.0.1", backend.port())));
    gateway
        .server()
        .apply(
            config.withRoutes(
                config.routes().stream().map(route -> route.withUpstream(upstream)).toList()));
  }

  @Test
  void aRefreshIsTurnedAsWell() {
    assertEquals(Optional.of("5; URL=/raw/v1/"), refresh("5; URL=http://" + own + "/v1/"));
    for (String refresh : List.of("5", "5; url=http://other.example/", "5; url=", "url")) {
      assertEquals(Optional.of(refresh), refresh(refresh));
    }
  }

  private Optional<String> refresh(String said) {
    return ask("ai.example.com", "/raw", "Refresh: " + said).header("refresh");
  }

  @Test
  void aClientOfHttp2IsSentThereToo() throws Exception {
    String manifests = Http2Manifests.serving(backend).replace("path: /,", "path: /raw,");
    try (var tls = RunningGateway.serving(manifests);
        var http2 = new Http2Client(tls.httpsPort())) {
      http2.get(1, "/raw/v1", "say", "Location: https://" + own + "/v1/");
      Http2Client.Answer answer = http2.answer(1);
      assertEquals(307, answer.status());
      assertEquals(
          List.of("/raw/v1/"),
          answer.heads().getFirst().getAll("location").stream().map(Object::toString).toList());
      assertEquals("2", answer.header("x-behind"));
    }
  }

  @Test
  void aBackendOfHttp2IsReadAlike() throws Exception {
    RawBackend.Script script =
        connection -> {
          var peer = new H2cPeer(connection);
          while (true) {
            H2cPeer.Request request = peer.request();
            String location = "http://" + request.header(":authority") + "/v1/";
            peer.headers(request.stream(), true, ":status", "308", "location", location);
          }
        };
    try (var arena = new H2cArena(script);
        var http2 = arena.client();
        var http1 = arena.http1()) {
      assertEquals("/v1/", http2.get(1, "/v1").answer(1).header("location"));
      assertEquals(
          Optional.of("/v1/"),
          http1.send("GET /v1 HTTP/1.1\r\nHost: h\r\n\r\n").read().header("location"));
    }
  }
}

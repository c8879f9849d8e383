package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** While the auth service says neither yes nor no, nothing passes. */
class ExternalAuthFailureTest {

  private static final String MANIFESTS =
      """
      apiVersion: penstock.dev/v1alpha1
      kind: AIGateway
      metadata: {name: default, namespace: ai}
      spec:
        tls: {mode: Disabled}
        auth:
          mode: External
          external:
            url: "http://127.0.0.1:AUTH/internal/auth"
            responseHeaders: [X-Auth-User]
            timeout: 300ms
            failurePolicy: Closed
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: llm, namespace: ai}
      spec: {path: /llm, backend: {url: "http://127.0.0.1:BACKEND"}}
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: open, namespace: ai}
      spec: {path: /open, auth: {mode: None}, backend: {url: "http://127.0.0.1:BACKEND"}}
      """;

  private static final String OPEN = MANIFESTS.replace("Closed", "Open");
  private static final String GET = "GET /llm/x HTTP/1.1\r\nHost: h\r\nX-API-Key: k\r\n\r\n";
  private static final String UNGUARDED = "GET /open/y HTTP/1.1\r\nHost: h\r\n\r\n";

  /** What an auth service may do instead of an answer. */
  enum Trouble {
    ANSWERS_500(answer("500 Secret")),
    ANSWERS_503(answer("503 Secret")),
    CLOSES_AT_ONCE(connection -> {}),
    CLOSES_WITHOUT_ANSWER(RawBackend.Connection::readHead),
    SPEAKS_GARBAGE(saying("secret garbage\r\n\r\n")),
    SPEAKS_HTTP_0_9(saying("<html>secret</html>")),
    SAYS_NOTHING(RawBackend.Connection::awaitEnd),
    NEVER_ENDS_ITS_HEAD(
        connection -> {
          connection.readHead();
          connection.send("HTTP/1.1 200 OK\r\nX-Secret: 1\r\n").awaitEnd();
        }),
    NEVER_ENDS_ITS_BODY(
        connection -> {
          connection.readHead();
          connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsecret").awaitEnd();
        }),
    BREAKS_OFF_ITS_HEAD(saying("HTTP/1.1 200 OK\r\nX-Secret: 1\r\n")),
    BREAKS_OFF_ITS_BODY(saying("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsecret")),
    BREAKS_OFF_ITS_CHUNKS(
        saying("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nsecret\r\n")),
    SWITCHES_PROTOCOLS(
        saying("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n")),
    GIVES_TWO_LENGTHS(
        saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 6\r\n\r\nsecret"));

    @SuppressWarnings("ImmutableEnumChecker") // a lambda that holds nothing
    private final RawBackend.Script script;

    Trouble(RawBackend.Script script) {
      this.script = script;
    }

    private static RawBackend.Script answer(String status) {
      return connection -> {
        while (connection.readHead() != null) {
          connection.send("HTTP/1.1 " + status + "\r\nContent-Length: 6\r\n\r\nsecret");
        }
      };
    }

    private static RawBackend.Script saying(String bytes) {
      return connection -> {
        connection.readHead();
        connection.send(bytes);
      };
    }
  }

  private static void assertUnavailable(RawResponse response) {
    assertEquals(503, response.status());
    assertTrue(response.text().contains("\"reason\":\"auth_unavailable\""), response.text());
    String all = response.headers() + response.text();
    assertFalse(all.contains("ecret"), all);
  }

  @ParameterizedTest
  @EnumSource(Trouble.class)
  void anAuthServiceInTroubleLetsNothingPass(Trouble trouble) {
    try (var guarded = GuardedGateway.serving(MANIFESTS, new RawBackend(trouble.script));
        var client = guarded.client()) {
      assertUnavailable(client.send(GET).read());
      assertEquals("", guarded.backend().received());
      assertEquals(0, guarded.backend().connections());
      RawResponse next = client.send(UNGUARDED).read();
      assertEquals(200, next.status());
      assertEquals("hello", next.text());
      assertTrue(guarded.backend().received().startsWith("GET /y HTTP/1.1\r\n"));
      assertEquals(1, GuardedGateway.requests(guarded.backend()));
    }
  }

  @Test
  void anAuthServiceThatIsDownLetsNothingPass() {
    var auth = GuardedGateway.keyed();
    try (var guarded = GuardedGateway.serving(MANIFESTS, auth);
        var client = guarded.client()) {
      auth.stopListening();
      assertUnavailable(client.send(GET).read());
      assertEquals("", guarded.backend().received());
      assertEquals(200, client.send(UNGUARDED).read().status());
      String log = guarded.gateway().closeAndReadLog();
      assertTrue(log.contains("\"status\":503,\"reason\":\"auth_unavailable\""), log);
    }
  }

  @Test
  void anAuthServiceThatComesBackIsAskedAgain() {
    var answers =
        Stream.of("500 No\r\nContent-Length: 0", "302 No\r\nContent-Length: 0", "204 Yes")
            .iterator();
    var auth =
        new RawBackend(
            connection -> {
              while (connection.readHead() != null) {
                connection.send("HTTP/1.1 " + answers.next() + "\r\n\r\n");
              }
            });
    try (var guarded = GuardedGateway.serving(MANIFESTS, auth);
        var client = guarded.client()) {
      assertUnavailable(client.send(GET).read());
      assertUnavailable(client.send(GET).read());
      assertEquals(200, client.send(GET).read().status());
      assertEquals(1, GuardedGateway.requests(guarded.backend()));
    }
  }

  static Stream<String> otherAnswers() {
    return Stream.of(
        "300 Multiple Choices",
        "302 Found\r\nLocation: http://secret/",
        "304 Not Modified",
        "400 Bad",
        "404 Not Found",
        "407 Proxy Authentication Required\r\nProxy-Authenticate: secret",
        "429 Too Many Requests\r\nRetry-After: 7",
        "431 Request Header Fields Too Large");
  }

  private static RawBackend answering(String status) {
    String body = status.startsWith("304") ? "\r\n" : "Content-Length: 6\r\n\r\nsecret";
    return RawBackend.answering("HTTP/1.1 " + status + "\r\n" + body);
  }

  @ParameterizedTest
  @MethodSource("otherAnswers")
  void anAnswerThatIsNeitherYesNorNoLetsNothingPass(String status) {
    try (var guarded = GuardedGateway.serving(MANIFESTS, answering(status));
        var client = guarded.client()) {
      RawResponse response = client.send(GET).read();
      assertUnavailable(response);
      assertTrue(response.header("retry-after").isEmpty());
      assertEquals("", guarded.backend().received());
      assertEquals(200, client.send(UNGUARDED).read().status());
    }
  }

  @ParameterizedTest
  @MethodSource("otherAnswers")
  void anAnswerThatAClientMayHaveProvokedDoesNotPassUnderOpenEither(String status) {
    try (var guarded = GuardedGateway.serving(OPEN, answering(status));
        var client = guarded.client()) {
      assertUnavailable(client.send(GET).read());
      assertEquals("", guarded.backend().received());
      assertEquals(200, client.send(UNGUARDED).read().status());
    }
  }

  @ParameterizedTest
  @EnumSource(Trouble.class)
  void underOpenRequestsPassWhileTheAuthServiceIsInTrouble(Trouble trouble) {
    try (var guarded = GuardedGateway.serving(OPEN, new RawBackend(trouble.script));
        var client = guarded.client()) {
      String request = GET.replace("\r\n\r\n", "\r\nX-Auth-User: root\r\n\r\n");
      assertEquals(200, client.send(request).read().status());
      String forwarded = guarded.backend().received();
      assertTrue(forwarded.startsWith("GET /x HTTP/1.1\r\n"), forwarded);
      assertFalse(forwarded.contains("X-API-Key"), forwarded);
      assertFalse(forwarded.contains("root"), forwarded);
      assertFalse(forwarded.contains("ecret"), forwarded);
    }
  }

  @Test
  void underOpenANoIsStillANo() {
    try (var guarded = GuardedGateway.serving(OPEN)) {
      guarded.deniesAndKeeps(401, GET, 1);
    }
  }

  @Test
  void aSlowAuthServiceIsNotWaitedForByTheNextRequest() {
    // The first answer comes after the deadline: it must not be taken for the second's.
    var auth =
        new RawBackend(
            connection -> {
              String head = connection.readHead();
              if (head.contains("/llm/slow")) {
                connection.awaitEnd();
                connection.send("HTTP/1.1 204 No Content\r\n\r\n");
              } else {
                connection.send("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
              }
            });
    try (var guarded = GuardedGateway.serving(MANIFESTS, auth);
        var client = guarded.client()) {
      client.send(GET.replace("/llm/x", "/llm/slow") + GET);
      assertUnavailable(client.read());
      assertEquals(403, client.read().status());
      assertEquals("", guarded.backend().received());
    }
  }

  @Test
  void anAnswerThatComesTooLateTouchesNoOtherRequest() {
    String manifests =
        MANIFESTS
            .replace("[X-Auth-User]", "[X-Tier]")
            .replace("timeout: 300ms", "timeout: 30s")
            .replace("{path: /llm,", "{path: /llm, timeouts: {request: 200ms},")
            .replace("{path: /open,", "{path: /open, rateLimit: {rate: 1r/s, burst: 1, delay: 0},");
    var release = new CountDownLatch(1);
    var auth =
        new RawBackend(
            connection -> {
              connection.readHead();
              release.await();
              connection.send("HTTP/1.1 204 Yes\r\n\r\n").awaitEnd();
            });
    try (var guarded = GuardedGateway.serving(manifests, auth);
        var client = guarded.client()) {
      assertEquals(200, guarded.ask(UNGUARDED).status());
      assertEquals(504, client.send(GET).read().status());
      // This one waits for its token while the answer to the one before arrives.
      client.send(UNGUARDED.replace("\r\n\r\n", "\r\nX-Tier: 7\r\nX-API-Key: k\r\n\r\n"));
      guarded.gateway().awaitInFlight("ai/open", 1);
      release.countDown();
      assertEquals(200, client.read().status());
      String forwarded = guarded.backend().received();
      assertTrue(forwarded.contains("\r\nX-Tier: 7\r\nX-API-Key: k\r\n"), forwarded);
    }
  }
}

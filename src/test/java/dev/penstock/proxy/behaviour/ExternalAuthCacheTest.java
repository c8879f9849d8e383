package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.proxy.ConfigRefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of the auth service that are believed for a while. */
class ExternalAuthCacheTest {

  private static final String MANIFESTS =
      """
      apiVersion: penstock.dev/v1alpha1
      kind: AIGateway
      metadata: {name: default, namespace: ai}
      spec:
        tls: {mode: Disabled}
        clientIP: {trustedProxies: [127.0.0.1]}
        auth:
          mode: External
          external:
            url: "http://127.0.0.1:AUTH/internal/auth"
            requestHeaders: [X-API-Key, Authorization, X-Team, X-Trace]
            responseHeaders: [X-Auth-User]
            cache: {ttl: 30s, negativeTtl: 2s}
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: llm, namespace: ai}
      spec: {path: /llm, backend: {url: "http://127.0.0.1:BACKEND"}}
      """;

  private static final String BY_TEAM =
      MANIFESTS.replace("negativeTtl: 2s", "negativeTtl: 2s, keyHeaders: [X-Team]");

  private static final String YES =
      "HTTP/1.1 200 OK\r\nX-Auth-User: a\r\nContent-Length: 0\r\n\r\n";
  private static final String NO = "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n";

  private static String get(String path, String... fields) {
    String lines = fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n";
    return "GET /llm" + path + " HTTP/1.1\r\nHost: h\r\n" + lines + "\r\n";
  }

  private static GuardedGateway answering(String manifests, String answer) {
    return GuardedGateway.serving(manifests, RawBackend.answering(answer));
  }

  @Test
  void aYesIsBelievedForItsTimeAndKeepsItsHeaders() {
    try (var guarded = answering(MANIFESTS, YES)) {
      String request = get("/x", "X-API-Key: k", "X-Auth-User: root");
      for (int i = 1; i <= 3; i++) {
        assertEquals(200, guarded.ask(request).status());
      }
      assertEquals(1, guarded.asked());
      String forwarded = guarded.backend().received();
      assertEquals(4, forwarded.split("\r\nX-Auth-User: a\r\n", -1).length, forwarded);
      assertEquals(-1, forwarded.indexOf("root"), forwarded);
      guarded.gateway().advance(Duration.ofSeconds(31));
      assertEquals(200, guarded.ask(request).status());
      assertEquals(2, guarded.asked());
    }
  }

  @Test
  void aNoIsBelievedForItsOwnTime() {
    try (var guarded = answering(MANIFESTS, NO)) {
      assertEquals(403, guarded.ask(get("/x")).status());
      assertEquals(403, guarded.ask(get("/x")).status());
      assertEquals(1, guarded.asked());
      guarded.gateway().advance(Duration.ofMillis(2_100));
      assertEquals(403, guarded.ask(get("/x")).status());
      assertEquals(2, guarded.asked());
      assertEquals("", guarded.backend().received());
    }
  }

  @Test
  void aNoIsNotBelievedWhenItsTimeIsZero() {
    String never = MANIFESTS.replace("negativeTtl: 2s", "negativeTtl: 0s");
    try (var guarded = answering(never, NO)) {
      assertEquals(403, guarded.ask(get("/x")).status());
      assertEquals(403, guarded.ask(get("/x")).status());
      assertEquals(2, guarded.asked());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n",
        "garbage\r\n\r\n"
      })
  void anAnswerThatIsNeitherYesNorNoIsNeverBelieved(String answer) {
    try (var guarded = answering(MANIFESTS, answer)) {
      for (int i = 1; i <= 3; i++) {
        assertEquals(503, guarded.ask(get("/x")).status());
        assertEquals(i, guarded.asked());
      }
      assertEquals("", guarded.backend().received());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /llm/y HTTP/1.1\r\nHost: h\r\nX-API-Key: k\r\n\r\n",
        "GET /llm/x?q HTTP/1.1\r\nHost: h\r\nX-API-Key: k\r\n\r\n",
        "DELETE /llm/x HTTP/1.1\r\nHost: h\r\nX-API-Key: k\r\n\r\n",
        "GET /llm/x HTTP/1.1\r\nHost: other\r\nX-API-Key: k\r\n\r\n",
        "GET /llm/x HTTP/1.1\r\nHost: h\r\nX-API-Key: K\r\n\r\n",
        "GET /llm/x HTTP/1.1\r\nHost: h\r\nX-API-Key:\r\n\r\n",
        "GET /llm/x HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /llm/x HTTP/1.1\r\nHost: h\r\nAuthorization: k\r\n\r\n",
        "GET /llm/x HTTP/1.1\r\nHost: h\r\nX-API-Key: k\r\nX-Trace: 1\r\n\r\n",
        "GET /llm/x HTTP/1.1\r\nHost: h\r\nX-API-Key: k\r\nX-Forwarded-For: 192.0.2.7\r\n\r\n",
        "GET /llm/x HTTP/1.1\r\nHost: h\r\nX-API-Key: k\r\nX-Forwarded-Proto: https\r\n\r\n"
      })
  void whateverIsSentIsPartOfTheKey(String other) {
    var answers = List.of(YES, NO).iterator();
    var auth =
        new RawBackend(
            connection -> {
              while (connection.readHead() != null) {
                connection.send(answers.next());
              }
            });
    try (var guarded = GuardedGateway.serving(MANIFESTS, auth);
        var client = guarded.client()) {
      assertEquals(200, client.send(get("/x", "X-API-Key: k")).read().status());
      assertEquals(403, client.send(other).read().status());
      assertEquals(200, client.send(get("/x", "X-API-Key: k")).read().status());
      assertEquals(2, guarded.asked());
    }
  }

  @Test
  void otherwiseTheNamedHeadersAreTheKey() {
    try (var guarded = answering(BY_TEAM, YES)) {
      assertEquals(200, guarded.ask(get("/x", "X-Team: a")).status());
      assertEquals(200, guarded.ask(get("/y?q", "X-Team: a", "X-Trace: 2")).status());
      assertEquals(200, guarded.ask(get("/x", "X-Team: a").replace("GET", "PUT")).status());
      assertEquals(1, guarded.asked());
      assertEquals(200, guarded.ask(get("/x", "X-Team: b")).status());
      assertEquals(2, guarded.asked());
    }
  }

  @Test
  void aKeyThatIsSentIsPartOfTheCacheKeyThoughItIsNotNamed() {
    try (var guarded = GuardedGateway.serving(BY_TEAM)) {
      String bearer = "Authorization: Bearer " + GuardedGateway.KEY;
      assertEquals(200, guarded.ask(get("/x", "X-Team: a", bearer)).status());
      assertEquals(401, guarded.ask(get("/x", "X-Team: a")).status());
      assertEquals(401, guarded.ask(get("/x", "X-Team: a", bearer + "x")).status());
      assertEquals(401, guarded.ask(get("/x", "X-Team: a", "X-API-Key: x")).status());
      assertEquals(1, GuardedGateway.requests(guarded.backend()));
    }
  }

  @Test
  void anEmptyListOfKeyHeadersIsNotOneKeyForAll() {
    String none = MANIFESTS.replace("negativeTtl: 2s", "negativeTtl: 2s, keyHeaders: []");
    var answers = List.of(YES, NO).iterator();
    var auth =
        new RawBackend(
            connection -> {
              while (connection.readHead() != null) {
                connection.send(answers.next());
              }
            });
    try (var guarded = GuardedGateway.serving(none, auth);
        var client = guarded.client()) {
      assertEquals(200, client.send(get("/x", "X-Team: a")).read().status());
      assertEquals(403, client.send(get("/x", "X-Team: b")).read().status());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void concurrentRequestsOfOneKeyAskOnce(boolean allowed) {
    var release = new CountDownLatch(1);
    var auth =
        new RawBackend(
            connection -> {
              while (connection.readHead() != null) {
                release.await();
                connection.send(allowed ? YES : NO);
              }
            });
    try (var guarded = GuardedGateway.serving(MANIFESTS, auth)) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        clients.add(guarded.client().send(get("/x", "X-API-Key: k")));
      }
      guarded.gateway().awaitInFlight("ai/llm", 8);
      release.countDown();
      for (RawClient client : clients) {
        assertEquals(allowed ? 200 : 403, client.read().status());
        client.close();
      }
      assertEquals(1, guarded.asked());
      assertEquals(allowed ? 8 : 0, GuardedGateway.requests(guarded.backend()));
    }
  }

  @Test
  void theOthersAreAnsweredWhenTheOneThatAsksLeaves() {
    var release = new CountDownLatch(1);
    var auth =
        new RawBackend(
            connection -> {
              connection.readHead();
              release.await();
              connection.send(YES);
            });
    try (var guarded = GuardedGateway.serving(MANIFESTS, auth);
        var second = guarded.client()) {
      var first = guarded.client().send(get("/x", "X-API-Key: k"));
      guarded.gateway().awaitInFlight("ai/llm", 1);
      second.send(get("/x", "X-API-Key: k"));
      guarded.gateway().awaitInFlight("ai/llm", 2);
      first.close();
      guarded.gateway().awaitInFlight("ai/llm", 1);
      release.countDown();
      assertEquals(200, second.read().status());
      assertEquals(1, guarded.asked());
      assertEquals(1, GuardedGateway.requests(guarded.backend()));
    }
  }

  @Test
  void answersOutliveAChangeOfAnotherService() throws ConfigRefusedException {
    try (var guarded = answering(MANIFESTS, YES)) {
      assertEquals(200, guarded.ask(get("/x")).status());
      guarded.gateway().apply(guarded.filled(MANIFESTS.replace("/llm,", "/llm, rewrite: /v1,")));
      assertEquals(200, guarded.ask(get("/x")).status());
      assertEquals(1, guarded.asked());
      assertTrue(guarded.backend().received().contains("GET /v1/x HTTP/1.1\r\n"));
    }
  }

  @Test
  void answersDoNotOutliveAChangeOfThePolicy() throws ConfigRefusedException {
    try (var guarded = answering(MANIFESTS, YES)) {
      assertEquals(200, guarded.ask(get("/x")).status());
      String changed = guarded.filled(MANIFESTS.replace("/internal/auth", "/internal/auth2"));
      assertNotEquals(changed, guarded.filled(MANIFESTS));
      guarded.gateway().apply(changed);
      assertEquals(200, guarded.ask(get("/x")).status());
      assertEquals(2, guarded.asked());
      assertTrue(guarded.auth().received().contains("GET /internal/auth2 HTTP/1.1\r\n"));
    }
  }
}

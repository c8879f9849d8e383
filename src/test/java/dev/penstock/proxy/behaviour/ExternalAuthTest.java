package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sub-request and what its answer means. */
class ExternalAuthTest {

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
            requestHeaders: [X-API-Key, Cookie]
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: llm, namespace: ai}
      spec: {path: /llm, backend: {url: "http://127.0.0.1:BACKEND"}}
      """;

  private static final String GET = "GET /llm/x HTTP/1.1\r\nHost: h\r\nX-API-Key: k\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

  private static GuardedGateway answering(String auth) {
    return GuardedGateway.serving(MANIFESTS, RawBackend.answering(auth));
  }

  @Test
  void theSubRequestIsAGetWithoutBodyAndWithTheListedHeadersOnly() {
    try (var guarded = answering(OK)) {
      RawResponse response =
          guarded.ask(
              "POST /llm/v1/chat?stream=true HTTP/1.1\r\nHost: h\r\nX-API-Key: k\r\nCookie: a=b"
                  + "\r\nAuthorization: Bearer t\r\nContent-Type: text/plain\r\nUser-Agent: curl"
                  + "\r\nAccept: */*\r\nContent-Length: 5\r\n\r\nhello");
      assertEquals(200, response.status());
      String asked = guarded.auth().received();
      List<String> lines = List.of(asked.split("\r\n"));
      assertEquals("GET /internal/auth HTTP/1.1", lines.getFirst());
      assertEquals(
          List.of(
              "Cookie: a=b",
              "Host: 127.0.0.1:" + guarded.auth().port(),
              "X-API-Key: k",
              "X-Forwarded-For: 127.0.0.1",
              "X-Forwarded-Host: h",
              "X-Forwarded-Proto: http",
              "X-Original-Method: POST",
              "X-Original-URI: /llm/v1/chat?stream=true",
              "X-Request-Id: " + response.header("x-request-id").orElseThrow()),
          lines.stream().skip(1).sorted().toList());
      assertTrue(asked.endsWith("\r\n\r\n"), asked);
      String forwarded = guarded.backend().received();
      assertTrue(forwarded.endsWith("\r\n\r\nhello"), forwarded);
      assertTrue(forwarded.contains("\r\nAuthorization: Bearer t\r\n"), forwarded);
      assertFalse(forwarded.contains("X-API-Key"), forwarded);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "PROPFIND"})
  void everyMethodIsAskedAbout(String method) {
    try (var guarded = answering("HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n")) {
      RawResponse response = guarded.ask(GET.replace("GET", method));
      assertEquals(401, response.status());
      assertTrue(guarded.auth().received().startsWith("GET /internal/auth HTTP/1.1\r\n"));
      assertTrue(guarded.auth().received().contains("\r\nX-Original-Method: " + method + "\r\n"));
      assertEquals("", guarded.backend().received());
    }
  }

  @Test
  void aHeadRequestIsAskedAboutWithAGetAndAnsweredWithoutBody() {
    try (var guarded = answering("HTTP/1.1 403 No\r\nContent-Length: 3\r\n\r\nabc");
        var client = guarded.client()) {
      for (int i = 0; i < 2; i++) {
        assertEquals(403, client.send(GET.replace("GET", "HEAD")).readHeadAnswer().status());
      }
      assertTrue(guarded.auth().received().startsWith("GET "));
      assertEquals("", guarded.backend().received());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno",
        "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 299 Odd\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
      })
  void anyTwoHundredPasses(String answer) {
    try (var guarded = answering(answer)) {
      RawResponse response = guarded.ask(GET);
      assertEquals(200, response.status());
      assertEquals("hello", response.text());
      assertFalse(response.headers().toString().contains("link"), response.headers().toString());
    }
  }

  @Test
  void ofAnUnauthorizedOnlyTheChallengesAreReturned() {
    String answer =
        "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer realm=\"a\""
            + "\r\nWWW-Authenticate: Basic realm=\"b\"\r\nSet-Cookie: secret=1"
            + "\r\nLocation: http://secret/\r\nX-Secret: 1\r\nContent-Length: 6\r\n\r\nsecret";
    try (var guarded = answering(answer);
        var client = guarded.client()) {
      for (int i = 0; i < 2; i++) {
        RawResponse response = client.send(GET).read();
        assertEquals(401, response.status());
        assertEquals(
            List.of("www-authenticate: Bearer realm=\"a\"", "www-authenticate: Basic realm=\"b\""),
            response.headers().stream().filter(line -> line.startsWith("www-")).toList());
        assertFalse(response.headers().toString().contains("ecret"), response.headers().toString());
        assertFalse(response.body().contains("secret"), response.body());
      }
      assertEquals("", guarded.backend().received());
    }
  }

  @Test
  void nothingOfAForbiddenIsReturnedButTheStatus() {
    String answer =
        "HTTP/1.1 403 Secret\r\nWWW-Authenticate: secret\r\nSet-Cookie: secret=1\r\n"
            + "Location: http://secret/\r\nContent-Length: 6\r\n\r\nsecret";
    try (var guarded = answering(answer);
        var client = guarded.client()) {
      for (int i = 0; i < 2; i++) {
        RawResponse response = client.send(GET).read();
        assertEquals(403, response.status());
        assertFalse(response.headers().toString().contains("ecret"), response.headers().toString());
        assertFalse(response.body().contains("ecret"), response.body());
      }
      assertEquals("", guarded.backend().received());
    }
  }

  @Test
  void nothingOfAPassingAnswerLeaksToTheClient() {
    String answer =
        "HTTP/1.1 200 OK\r\nSet-Cookie: secret=1\r\nLocation: /secret\r\nX-Secret: 1\r\n"
            + "Content-Length: 6\r\n\r\nsecret";
    try (var guarded = answering(answer)) {
      RawResponse response = guarded.ask(GET);
      assertEquals(200, response.status());
      assertEquals("hello", response.text());
      assertFalse(response.headers().toString().contains("ecret"), response.headers().toString());
      assertFalse(guarded.backend().received().contains("ecret"), guarded.backend().received());
    }
  }

  @Test
  void oneConnectionServesManySubRequests() {
    try (var guarded = answering(OK);
        var client = guarded.client()) {
      for (int i = 0; i < 5; i++) {
        assertEquals(200, client.send(GET).read().status());
      }
      assertEquals(5, guarded.asked());
      assertEquals(1, guarded.auth().connections());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        // Bytes beyond an answer must never be taken for the next one.
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
      })
  void anAnswerThatEndsItsConnectionIsFollowedByANewOne(String answer) {
    try (var guarded = answering(answer);
        var client = guarded.client()) {
      for (int i = 1; i <= 3; i++) {
        assertEquals(200, client.send(GET).read().status());
        assertEquals(i, guarded.auth().connections());
        assertEquals(i, guarded.asked());
      }
    }
  }

  @Test
  void aSubRequestThatMeetsADeadConnectionIsAskedAgain() {
    // Each connection answers once and closes with the second request in it.
    var auth =
        new RawBackend(
            connection -> {
              connection.readHead();
              connection.send(OK);
              connection.readHead();
            });
    try (var guarded = GuardedGateway.serving(MANIFESTS, auth);
        var client = guarded.client()) {
      assertEquals(200, client.send(GET).read().status());
      assertEquals(200, client.send(GET).read().status());
      assertEquals(2, auth.connections());
      assertEquals(3, guarded.asked());
      assertEquals(2, GuardedGateway.requests(guarded.backend()));
    }
  }

  @Test
  void aBodyOfSeveralMegabytesPassesTheAuthService() {
    String body = "0123456789".repeat(450_000);
    try (var guarded = answering(OK)) {
      RawResponse response =
          guarded.ask(
              GET.replace("GET", "POST")
                  .replace("\r\n\r\n", "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body));
      assertEquals(200, response.status());
      assertTrue(guarded.backend().received().endsWith("\r\n\r\n" + body));
      assertFalse(guarded.auth().received().contains("0123456789"));
    }
  }

  @Test
  void aDeniedRequestIsLoggedWithoutItsKey() {
    try (var guarded = answering("HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n")) {
      String request =
          "GET /llm/x?key=query-secret HTTP/1.1\r\nHost: h\r\nX-API-Key: key-secret\r\n\r\n";
      assertEquals(401, guarded.ask(request).status());
      String log = guarded.gateway().closeAndReadLog();
      assertTrue(log.contains("\"reason\":\"unauthorized\""), log);
      assertFalse(log.contains("secret"), log);
      assertEquals(1, Arrays.stream(log.split("\n")).filter(line -> !line.isEmpty()).count());
    }
  }
}

package dev.penstock.proxy.behaviour;

import static dev.penstock.proxy.behaviour.GuardedGateway.KEY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client says of itself counts for nothing; a key is given once and goes no further. */
class IdentityFieldsTest {

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
            requestHeaders: [X-API-Key, Authorization, X-Team, X-Real-IP, X-Request-Id]
            responseHeaders: [X-Auth-User, X-Tier]
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: llm, namespace: ai}
      spec: {path: /llm, backend: {url: "http://127.0.0.1:BACKEND"}}
      """;

  private static final String NAMING =
      "HTTP/1.1 200 OK\r\nX-Auth-User: alice\r\nX-Other: no\r\nContent-Length: 0\r\n\r\n";

  private static String get(String fields) {
    return "GET /llm/x HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
  }

  private static String lower(RawBackend of) {
    return of.received().toLowerCase(Locale.ROOT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-API-Key",
        "x-api-key",
        "close, X-API-Key",
        "keep-alive ,\tAuthorization",
        "X-Forwarded-For",
        "X-Forwarded-Anything",
        "X-Auth-User",
        "Host",
        "Content-Length",
        "Cookie"
      })
  void aConnectionFieldThatNominatesWhoAsksIsRefused(String option) {
    try (var guarded = GuardedGateway.serving(MANIFESTS)) {
      guarded.refusesAndCloses(
          400, get("X-API-Key: " + KEY + "\r\nConnection: " + option + "\r\n"));
    }
  }

  @Test
  void aConnectionFieldThatNominatesAHeaderOfTheAuthServiceIsRefused() {
    try (var guarded = GuardedGateway.serving(MANIFESTS)) {
      guarded.refusesAndKeeps(
          400, get("X-API-Key: " + KEY + "\r\nX-Team: a\r\nConnection: x-team\r\n"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-API-Key: " + KEY, "X-API-Key: other", "x-api-key:", "X-Team: a"})
  void aKeyGivenTwiceIsRefused(String second) {
    try (var guarded = GuardedGateway.serving(MANIFESTS)) {
      guarded.refusesAndKeeps(
          400, get("X-API-Key: " + KEY + "\r\nX-Team: a\r\n" + second + "\r\n"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"X_API_Key", "X.API.Key", "X_API-Key", "x-api_key"})
  void anAliasOfTheKeyIsNoKey(String alias) {
    try (var guarded = GuardedGateway.serving(MANIFESTS)) {
      guarded.deniesAndKeeps(401, get(alias + ": " + KEY + "\r\n"), 1);
      assertFalse(guarded.auth().received().contains(alias), guarded.auth().received());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"X_API_Key", "X.API.Key", "X_Auth_User", "X.Forwarded.For"})
  void aliasesAreDroppedBesideTheirProperNames(String alias) {
    try (var guarded = GuardedGateway.serving(MANIFESTS)) {
      String request = get("X-API-Key: " + KEY + "\r\n" + alias + ": evil\r\nX-Fine: 1\r\n");
      assertEquals(200, guarded.ask(request).status());
      assertFalse(guarded.backend().received().contains("evil"), guarded.backend().received());
      assertFalse(guarded.auth().received().contains("evil"), guarded.auth().received());
      assertTrue(guarded.backend().received().contains("\r\nX-Fine: 1\r\n"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Auth-User",
        "X-Remote-User",
        "Remote-User",
        "X-Forwarded-For",
        "X-Forwarded-Proto",
        "X-Forwarded-Host",
        "X-Forwarded-User",
        "x-forwarded-prefix",
        "X-Real-IP",
        "X-Client-IP",
        "Forwarded",
        "X-Request-Id",
        "X-Original-URI",
        "X-Original-Method"
      })
  void whatAClientSaysOfItselfIsDropped(String name) {
    try (var guarded = GuardedGateway.serving(MANIFESTS)) {
      String request = get("X-API-Key: " + KEY + "\r\n" + name + ": evil\r\n");
      assertEquals(200, guarded.ask(request).status());
      assertFalse(guarded.backend().received().contains("evil"), guarded.backend().received());
      assertFalse(guarded.auth().received().contains("evil"), guarded.auth().received());
    }
  }

  @Test
  void whoAsksIsWrittenAnewForBackendAndAuthService() {
    try (var guarded = GuardedGateway.serving(MANIFESTS)) {
      RawResponse response =
          guarded.ask(
              "GET /llm/x HTTP/1.1\r\nHost: AI.example.com:8443\r\nX-API-Key: "
                  + KEY
                  + "\r\nX-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\n\r\n");
      String id = response.header("x-request-id").orElseThrow();
      String forwarded = guarded.backend().received();
      assertTrue(forwarded.contains("\r\nX-Forwarded-For: 127.0.0.1\r\n"), forwarded);
      assertTrue(forwarded.contains("\r\nX-Forwarded-Proto: http\r\n"), forwarded);
      assertTrue(forwarded.contains("\r\nX-Forwarded-Host: AI.example.com:8443\r\n"), forwarded);
      assertTrue(forwarded.contains("\r\nX-Request-Id: " + id + "\r\n"), forwarded);
      String asked = guarded.auth().received();
      assertTrue(asked.contains("\r\nX-Forwarded-For: 127.0.0.1\r\n"), asked);
      assertTrue(asked.contains("\r\nX-Forwarded-Proto: http\r\n"), asked);
      assertTrue(asked.contains("\r\nX-Forwarded-Host: ai.example.com\r\n"), asked);
      assertTrue(asked.contains("\r\nX-Request-Id: " + id + "\r\n"), asked);
    }
  }

  @Test
  void onlyTheAuthServiceSaysWhoTheClientIs() {
    try (var guarded = GuardedGateway.serving(MANIFESTS, RawBackend.answering(NAMING))) {
      String request = get("X-Auth-User: root\r\nX-Tier: gold\r\nx-tier: platinum\r\n");
      assertEquals(200, guarded.ask(request).status());
      String forwarded = guarded.backend().received();
      assertTrue(forwarded.contains("\r\nX-Auth-User: alice\r\n"), forwarded);
      assertFalse(lower(guarded.backend()).contains("root"), forwarded);
      assertFalse(lower(guarded.backend()).contains("x-tier"), forwarded);
      assertFalse(lower(guarded.backend()).contains("x-other"), forwarded);
    }
  }

  @Test
  void theKeyDoesNotReachTheBackend() {
    try (var guarded = GuardedGateway.serving(MANIFESTS)) {
      String request = get("X-API-Key: " + KEY + "\r\nAuthorization: Bearer " + KEY + "\r\n");
      assertEquals(200, guarded.ask(request).status());
      assertFalse(guarded.backend().received().contains(KEY), guarded.backend().received());
      assertTrue(guarded.auth().received().contains("\r\nX-API-Key: " + KEY + "\r\n"));
    }
  }

  @Test
  void theKeyReachesTheBackendWhenItIsAskedFor() {
    String keeping =
        MANIFESTS.replace("mode: External\n", "mode: External\n    forwardCredentials: Keep\n");
    try (var guarded = GuardedGateway.serving(keeping)) {
      assertEquals(200, guarded.ask(get("X-API-Key: " + KEY + "\r\n")).status());
      String forwarded = guarded.backend().received();
      assertTrue(forwarded.contains("\r\nX-API-Key: " + KEY + "\r\n"), forwarded);
    }
  }

  @Test
  void theAccelFieldsOfABackendHaveNoEffectAndGoNoFurther() {
    var backend =
        RawBackend.answering(
            "HTTP/1.1 200 OK\r\nX-Accel-Redirect: /internal/auth\r\nX-Accel-Buffering: no\r\n"
                + "x-accel-anything: 1\r\nX-Fine: 1\r\nContent-Length: 5\r\n\r\nhello");
    try (var guarded = GuardedGateway.serving(MANIFESTS, GuardedGateway.keyed(), backend);
        var client = guarded.client()) {
      for (int i = 1; i <= 2; i++) {
        RawResponse response = client.send(get("X-API-Key: " + KEY + "\r\n")).read();
        assertEquals(200, response.status());
        assertEquals("hello", response.text());
        assertEquals("1", response.header("x-fine").orElseThrow());
        assertFalse(
            response.headers().stream().anyMatch(line -> line.startsWith("x-accel")),
            response.headers().toString());
        assertEquals(i, guarded.asked());
        assertEquals(i, GuardedGateway.requests(backend));
      }
    }
  }

  @Test
  void theAccelFieldsOfAClientGoNoFurther() {
    try (var guarded = GuardedGateway.serving(MANIFESTS)) {
      String request = get("X-API-Key: " + KEY + "\r\nX-Accel-Redirect: /evil\r\n");
      assertEquals(200, guarded.ask(request).status());
      assertFalse(guarded.backend().received().contains("evil"), guarded.backend().received());
    }
  }

  @Test
  void aKeyInTheTrailersIsNoKey() {
    try (var guarded = GuardedGateway.serving(MANIFESTS);
        var client = guarded.client()) {
      String head = "POST /llm/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
      String key = "X-API-Key: " + KEY + "\r\n";
      client.send(head + "2\r\nhi\r\n0\r\n" + key + "\r\n" + get(key));
      RawResponse denied = client.read();
      assertEquals(401, denied.status());
      // Nobody knows how long the rest of a chunked body is: it is not waited for.
      assertEquals("close", denied.header("connection").orElseThrow());
      assertTrue(client.endsWithin(Duration.ofSeconds(2)));
      assertEquals(1, guarded.asked());
      assertFalse(guarded.auth().received().contains(KEY), guarded.auth().received());
      assertEquals("", guarded.backend().received());
    }
  }

  @Test
  void trailersAreNeverMergedIntoTheHeaders() {
    try (var guarded = GuardedGateway.serving(MANIFESTS);
        var client = guarded.client()) {
      String head = "POST /llm/x HTTP/1.1\r\nHost: h\r\nX-API-Key: " + KEY + "\r\n";
      String evil = "Host: evil\r\nX-API-Key: evil\r\nX-Auth-User: evil\r\n";
      String chunks = "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n" + evil + "\r\n";
      assertEquals(200, client.send(head + chunks).read().status());
      assertFalse(guarded.backend().received().contains("evil"), guarded.backend().received());
      assertFalse(guarded.auth().received().contains("evil"), guarded.auth().received());
      assertTrue(guarded.backend().received().endsWith("2\r\nhi\r\n0\r\n\r\n"));
      assertEquals(200, client.send(get("X-API-Key: " + KEY + "\r\n")).read().status());
    }
  }
}

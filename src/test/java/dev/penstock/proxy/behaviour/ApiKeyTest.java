package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.proxy.ConfigRefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys from Secrets, and one policy for each service. */
class ApiKeyTest {

  private static final String MANIFESTS =
      """
      apiVersion: penstock.dev/v1alpha1
      kind: AIGateway
      metadata: {name: default, namespace: ai}
      spec:
        tls: {mode: Disabled}
        auth: {mode: APIKeys, apiKeys: {}}
      ---
      apiVersion: v1
      kind: Secret
      metadata: {name: team-a, namespace: ai, labels: {penstock.dev/api-key: "true"}}
      stringData: {alice: key-of-alice, bob: "key-of-bob\\n"}
      ---
      apiVersion: v1
      kind: Secret
      metadata: {name: team-b, namespace: ai, labels: {penstock.dev/api-key: "true"}}
      data: {carol: a2V5LW9mLWNhcm9s}
      ---
      apiVersion: v1
      kind: Secret
      metadata: {name: unlabelled, namespace: ai, labels: {team: d}}
      stringData: {dave: key-of-dave}
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
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: own, namespace: ai}
      spec:
        path: /own
        auth:
          mode: APIKeys
          forwardCredentials: Keep
          apiKeys: {secretSelector: {matchLabels: {team: d}}, headers: [X-Team-Key]}
        backend: {url: "http://127.0.0.1:BACKEND"}
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: asked, namespace: ai}
      spec:
        path: /asked
        auth: {mode: External, external: {url: "http://127.0.0.1:AUTH/auth"}}
        backend: {url: "http://127.0.0.1:BACKEND"}
      """;

  private static String get(String path, String fields) {
    return "GET " + path + " HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-API-Key: key-of-alice",
        "x-api-key:   key-of-bob  ",
        "Authorization: Bearer key-of-carol",
        "authorization: bearer key-of-alice",
        "X-API-Key: wrong\r\nAuthorization: Bearer key-of-bob"
      })
  void eachKeyPassesInEitherHeaderAndGoesNoFurther(String fields) {
    try (var guarded = GuardedGateway.serving(MANIFESTS)) {
      assertEquals(200, guarded.ask(get("/llm/x", fields + "\r\n")).status());
      String forwarded = guarded.backend().received();
      assertTrue(forwarded.startsWith("GET /x HTTP/1.1\r\n"), forwarded);
      assertFalse(forwarded.contains("key-of"), forwarded);
      assertEquals(0, guarded.asked());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "X-API-Key:\r\n",
        "X-API-Key: wrong\r\n",
        "X-API-Key: key-of-alic\r\n",
        "X-API-Key: key-of-alicee\r\n",
        "X-API-Key: KEY-OF-ALICE\r\n",
        "X-API-Key: key-of-dave\r\n",
        "X-API-Key: Bearer key-of-alice\r\n",
        "X-API-Key: key-of-alice, key-of-bob\r\n",
        "X_API_Key: key-of-alice\r\n",
        "Authorization: key-of-alice\r\n",
        "Authorization: Basic key-of-alice\r\n",
        "Authorization: Bearerkey-of-alice\r\n",
        "Authorization: Bearer\r\n",
        "Cookie: X-API-Key=key-of-alice\r\n",
        // The hash that the gateway knows is not the key.
        "X-API-Key: d16a80956c32f3f5fb979bea408abac8c3eef6c54ecb234279e337146cf87b47\r\n"
      })
  void whatIsNoKeyIsUnauthorized(String fields) {
    try (var guarded = GuardedGateway.serving(MANIFESTS);
        var client = guarded.client()) {
      RawResponse response = client.send(get("/llm/x", fields)).read();
      assertEquals(401, response.status());
      assertEquals("Bearer realm=\"penstock\"", response.header("www-authenticate").orElseThrow());
      assertFalse(response.text().contains("key-of"), response.text());
      assertEquals("", guarded.backend().received());
      assertEquals(200, client.send(get("/llm/x", "X-API-Key: key-of-bob\r\n")).read().status());
      assertEquals(1, GuardedGateway.requests(guarded.backend()));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-API-Key: key-of-alice\r\nX-API-Key: key-of-alice\r\n",
        "X-API-Key: wrong\r\nx-api-key: key-of-alice\r\n",
        "Authorization: Bearer key-of-alice\r\nAuthorization: Bearer x\r\n"
      })
  void twoKeysInOneHeaderAreRefused(String fields) {
    try (var guarded = GuardedGateway.serving(MANIFESTS);
        var client = guarded.client()) {
      assertEquals(400, client.send(get("/llm/x", fields)).read().status());
      assertEquals("", guarded.backend().received());
      assertEquals(200, client.send(get("/llm/x", "X-API-Key: key-of-bob\r\n")).read().status());
    }
  }

  @Test
  void aKeyInTheQueryIsNoKey() {
    try (var guarded = GuardedGateway.serving(MANIFESTS)) {
      String target = "/llm/x?X-API-Key=key-of-alice&api_key=key-of-alice";
      assertEquals(401, guarded.ask(get(target, "")).status());
      assertEquals("", guarded.backend().received());
    }
  }

  @Test
  void theLogNamesTheKeyAndNeverHoldsIt() {
    try (var guarded = GuardedGateway.serving(MANIFESTS)) {
      assertEquals(200, guarded.ask(get("/llm/x", "X-API-Key: key-of-bob\r\n")).status());
      assertEquals(401, guarded.ask(get("/llm/x", "X-API-Key: key-of-eve\r\n")).status());
      String log = guarded.gateway().closeAndReadLog();
      assertTrue(log.contains("\"key\":\"team-a/bob\""), log);
      assertFalse(log.contains("key-of"), log);
    }
  }

  @Test
  void aServiceMayNeedNoKey() {
    try (var guarded = GuardedGateway.serving(MANIFESTS)) {
      assertEquals(200, guarded.ask(get("/open/x", "")).status());
      assertEquals(401, guarded.ask(get("/llm/x", "")).status());
      assertEquals(1, GuardedGateway.requests(guarded.backend()));
    }
  }

  @Test
  void aServiceMayHaveKeysAndAHeaderOfItsOwn() {
    try (var guarded = GuardedGateway.serving(MANIFESTS)) {
      assertEquals(401, guarded.ask(get("/own/x", "X-API-Key: key-of-dave\r\n")).status());
      assertEquals(401, guarded.ask(get("/own/x", "X-Team-Key: key-of-alice\r\n")).status());
      assertEquals("", guarded.backend().received());
      assertEquals(200, guarded.ask(get("/own/x", "X-Team-Key: key-of-dave\r\n")).status());
      String forwarded = guarded.backend().received();
      assertTrue(forwarded.contains("\r\nX-Team-Key: key-of-dave\r\n"), forwarded);
    }
  }

  @Test
  void aServiceMayAskAnAuthServiceOfItsOwn() {
    try (var guarded = GuardedGateway.serving(MANIFESTS)) {
      assertEquals(401, guarded.ask(get("/asked/x", "X-API-Key: key-of-alice\r\n")).status());
      assertEquals("", guarded.backend().received());
      String key = "X-API-Key: " + GuardedGateway.KEY + "\r\n";
      assertEquals(200, guarded.ask(get("/asked/x", key)).status());
      assertEquals(401, guarded.ask(get("/llm/x", key)).status());
      assertEquals(2, guarded.asked());
    }
  }

  @Test
  void aKeyThatIsTakenBackNoLongerPassesOnAConnectionThatIsOpen() throws ConfigRefusedException {
    try (var guarded = GuardedGateway.serving(MANIFESTS);
        var client = guarded.client()) {
      String request = get("/llm/x", "X-API-Key: key-of-alice\r\n");
      assertEquals(200, client.send(request).read().status());
      guarded
          .gateway()
          .apply(guarded.filled(MANIFESTS.replace("alice: key-of-alice", "alice: other-key")));
      assertEquals(401, client.send(request).read().status());
      assertEquals(401, guarded.ask(request).status());
      assertEquals(1, GuardedGateway.requests(guarded.backend()));
    }
  }
}

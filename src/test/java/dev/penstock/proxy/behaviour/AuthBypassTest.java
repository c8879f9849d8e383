package dev.penstock.proxy.behaviour;

import static dev.penstock.proxy.behaviour.GuardedGateway.KEY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However a path is spelled: one canonical path is routed, asked about and forwarded. */
class AuthBypassTest {

  private static final String MANIFESTS =
      """
      apiVersion: penstock.dev/v1alpha1
      kind: AIGateway
      metadata: {name: default, namespace: ai}
      spec:
        tls: {mode: Disabled}
        auth: {mode: External, external: {url: "http://127.0.0.1:AUTH/internal/auth"}}
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

  private static String get(String target, String... fields) {
    String lines = fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n";
    return "GET " + target + " HTTP/1.1\r\nHost: h\r\n" + lines + "\r\n";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/llm/x",
        "/open/../llm/x",
        "/open/%2e%2e/llm/x",
        "/open/%2E./llm/x",
        "/open/./../llm/x",
        "//llm/x",
        "/llm//x",
        "/./llm/x",
        "/%6clm/x",
        "/%6C%6cm/%78",
        "http://h/llm/x",
        "HTTPS://other:99/open/../llm/x"
      })
  void everySpellingOfAGuardedPathNeedsTheKey(String target) {
    try (var guarded = GuardedGateway.serving(MANIFESTS)) {
      RawResponse denied = guarded.deniesAndKeeps(401, get(target), 1);
      assertEquals("Key realm=\"ai\"", denied.header("www-authenticate").orElseThrow());
      String asked = guarded.auth().received();
      assertTrue(asked.contains("\r\nX-Original-URI: /llm/x\r\n"), asked);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/open/../llm/a%2Db?q=%2F", "//llm//a-b?q=%2F", "/%6clm/./a-b?q=%2F"})
  void routerAuthAndBackendSeeOneCanonicalPath(String target) {
    try (var guarded = GuardedGateway.serving(MANIFESTS)) {
      assertEquals(200, guarded.ask(get(target, "X-API-Key: " + KEY)).status());
      String asked = guarded.auth().received();
      assertTrue(asked.contains("\r\nX-Original-URI: /llm/a-b?q=%2F\r\n"), asked);
      String forwarded = guarded.backend().received();
      assertTrue(forwarded.startsWith("GET /a-b?q=%2F HTTP/1.1\r\n"), forwarded);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/llm/a%2fb",
        "/llm/a%2Fb",
        "/open%2f..%2fllm/x",
        "/llm/a%5cb",
        "/llm/a%5Cb",
        "/llm/a\\b",
        "/open/..\\llm/x"
      })
  void anEncodedSlashOrABackslashIsRefused(String target) {
    try (var guarded = GuardedGateway.serving(MANIFESTS)) {
      guarded.refusesAndCloses(400, get(target, "X-API-Key: " + KEY));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/open/..;/llm/x", "/open/..;a=b/llm/x", "/open/..%3b/llm/x", "/open/.;/../llm/x"})
  void aDotSegmentWithAParameterIsRefused(String target) {
    try (var guarded = GuardedGateway.serving(MANIFESTS)) {
      guarded.refusesAndCloses(400, get(target));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/llm/%00", "/llm/a%00b", "/llm/%zz", "/llm/%4", "/llm/%", "/llm/%u002f"})
  void anEncodedNulOrABrokenEscapeIsRefused(String target) {
    try (var guarded = GuardedGateway.serving(MANIFESTS)) {
      guarded.refusesAndCloses(400, get(target, "X-API-Key: " + KEY));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/../x", "/open/../../llm/x", "/%2e%2e/llm/x", "/..", "http://h/../llm/x"})
  void aPathThatClimbsAboveTheRootIsRefused(String target) {
    try (var guarded = GuardedGateway.serving(MANIFESTS)) {
      guarded.refusesAndCloses(400, get(target));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/LLM/x", "/Llm", "/%4C%4Cm/x", "/llmx"})
  void aPathInAnotherCaseIsNotFound(String target) {
    try (var guarded = GuardedGateway.serving(MANIFESTS)) {
      guarded.refusesAndKeeps(404, get(target, "X-API-Key: " + KEY));
    }
  }

  @Test
  void anEncodedLineBreakIsNeverDecodedForAnyone() {
    try (var guarded = GuardedGateway.serving(MANIFESTS)) {
      String target = "/llm/a%0d%0aX-Evil:%201?q=%0d%0aX-Evil:%201";
      assertEquals(200, guarded.ask(get(target, "X-API-Key: " + KEY)).status());
      String forwarded = guarded.backend().received();
      assertTrue(
          forwarded.startsWith("GET /a%0D%0AX-Evil:%201?q=%0d%0aX-Evil:%201 HTTP/1.1\r\n"),
          forwarded);
      assertFalse(forwarded.contains("\nX-Evil"), forwarded);
      assertFalse(guarded.auth().received().contains("\nX-Evil"), guarded.auth().received());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/internal/auth",
        "/auth",
        "/llm/../internal/auth",
        "/open/../internal/auth",
        "//internal/auth",
        "/internal/%61uth",
        "/./internal/./auth",
        "http://127.0.0.1/internal/auth"
      })
  void theAuthEndpointIsNotReachableFromOutside(String target) {
    try (var guarded = GuardedGateway.serving(MANIFESTS)) {
      guarded.refusesAndKeeps(404, get(target, "X-API-Key: " + KEY));
    }
  }

  @Test
  void theAuthEndpointIsNotReachableByNamingItsHost() {
    try (var guarded = GuardedGateway.serving(MANIFESTS)) {
      String host = "127.0.0.1:" + guarded.auth().port();
      guarded.refusesAndKeeps(404, "GET /internal/auth HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    }
  }

  @Test
  void theAuthEndpointIsNotReachableByAnAbsoluteTarget() {
    try (var guarded = GuardedGateway.serving(MANIFESTS)) {
      String authority = "127.0.0.1:" + guarded.auth().port();
      guarded.refusesAndKeeps(404, get("http://" + authority + "/internal/auth"));
    }
  }
}

package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How an error is told: a problem document, or what OpenAI's clients read. */
class ErrorShapeTest {

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
      metadata: {name: team, namespace: ai, labels: {penstock.dev/api-key: "true"}}
      stringData: {alice: good-key-4711}
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: llm, namespace: ai}
      spec:
        path: /llm
        backend: {url: "http://127.0.0.1:BACKEND"}
        maxBodySize: "10"
        rateLimit: {rate: 1r/h, burst: 3}
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: vectors, namespace: ai}
      spec:
        path: /vectors
        rewrite: /v1
        auth: {mode: None}
        backend: {url: "http://127.0.0.1:AUTH"}
      """;

  private static String post(String path, String length) {
    return "POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + length + "\r\n\r\n";
  }

  private static String openAi(String type, String code, RawResponse response, String message) {
    return "{\"error\":{\"message\":\"%s\",\"type\":\"%s\",\"param\":null,\"code\":\"%s\",\"request_id\":\"%s\"}}\n"
        .formatted(message, type, code, response.header("x-request-id").orElseThrow());
  }

  @Test
  void belowV1AnErrorHasTheShapeOfOpenAi() {
    try (var guarded = GuardedGateway.serving(MANIFESTS)) {
      RawResponse response = guarded.ask("GET /llm/v1/models HTTP/1.1\r\nHost: h\r\n\r\n");
      assertEquals(401, response.status());
      assertEquals("application/json", response.header("content-type").orElseThrow());
      assertEquals(
          openAi("authentication_error", "unauthorized", response, "a valid API key is required"),
          response.text());
      assertEquals("", guarded.backend().received());
    }
  }

  @Test
  void elsewhereAnErrorIsAProblemDocument() {
    try (var guarded = GuardedGateway.serving(MANIFESTS)) {
      RawResponse response = guarded.ask("GET /llm/api/v1/chat HTTP/1.1\r\nHost: h\r\n\r\n");
      assertEquals(401, response.status());
      assertEquals("application/problem+json", response.header("content-type").orElseThrow());
      assertEquals(
          "{\"type\":\"about:blank\",\"title\":\"Unauthorized\",\"status\":401,"
              + "\"detail\":\"a valid API key is required\",\"reason\":\"unauthorized\","
              + "\"requestId\":\"%s\"}\n".formatted(response.header("x-request-id").orElseThrow()),
          response.text());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/llm/v1/x, application/json",
    "/llm//v1/./x, application/json",
    "/llm/v1, application/problem+json",
    "/llm/v10/x, application/problem+json",
    "/llm/x/v1/, application/problem+json"
  })
  void theRewrittenPathDecides(String path, String type) {
    try (var guarded = GuardedGateway.serving(MANIFESTS)) {
      RawResponse response = guarded.ask("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
      assertEquals(401, response.status());
      assertEquals(type, response.header("content-type").orElseThrow());
    }
  }

  @Test
  void everyKindOfErrorHasItsTypeAndReason() {
    try (var guarded = GuardedGateway.serving(MANIFESTS)) {
      RawResponse tooLarge = guarded.ask(post("/llm/v1/x", "11"));
      assertEquals(413, tooLarge.status());
      assertTrue(
          tooLarge
              .text()
              .contains(
                  "\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"body_too_large\""),
          tooLarge.text());
      for (int i = 0; i < 4; i++) {
        assertEquals(401, guarded.ask(post("/llm/v1/x", "0")).status());
      }
      RawResponse limited = guarded.ask(post("/llm/v1/x", "0"));
      assertEquals(429, limited.status());
      assertTrue(
          limited
              .text()
              .contains("\"type\":\"rate_limit_error\",\"param\":null,\"code\":\"rate_limited\""),
          limited.text());
      guarded.auth().stopListening();
      RawResponse gone = guarded.ask("GET /vectors/x HTTP/1.1\r\nHost: h\r\n\r\n");
      assertEquals(502, gone.status());
      assertTrue(
          gone.text()
              .contains(
                  "\"type\":\"server_error\",\"param\":null,\"code\":\"upstream_unreachable\""),
          gone.text());
    }
  }
}

package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CorsTest {

  private static final String MANIFESTS =
      """
      apiVersion: penstock.dev/v1alpha1
      kind: AIGateway
      metadata: {name: default, namespace: ai}
      spec:
        tls: {mode: Disabled}
        auth: {mode: External, external: {url: "http://127.0.0.1:%d/auth"}}
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: llm, namespace: ai}
      spec:
        path: /llm
        backend: {url: "http://127.0.0.1:%d"}
        rateLimit: {rate: 4r/m}
        cors: {allowOrigins: ["https://app.example.com", "https://*.pages.example"], maxAge: 10m}
      """;

  private static final String PREFLIGHT =
      "OPTIONS /llm/v1/chat HTTP/1.1\r\nHost: h\r\nOrigin: %s\r\n"
          + "Access-Control-Request-Method: POST\r\n"
          + "Access-Control-Request-Headers: authorization\r\n\r\n";

  private final RawBackend auth = RawBackend.answering("HTTP/1.1 204 No Content\r\n\r\n");
  private final RawBackend backend =
      RawBackend.answering(
          "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 2\r\n\r\nok");
  private final RunningGateway gateway =
      RunningGateway.serving(MANIFESTS.formatted(auth.port(), backend.port()));
  private final RawClient client = new RawClient(gateway.httpPort());

  @AfterEach
  void close() {
    client.close();
    gateway.close();
    backend.close();
    auth.close();
  }

  @Test
  void aPreflightIsAnsweredWithoutLimitAuthOrBackend() {
    for (int i = 0; i < 3; i++) {
      RawResponse answer = client.send(PREFLIGHT.formatted("https://app.example.com")).read();
      assertEquals(204, answer.status());
      assertEquals(
          Optional.of("https://app.example.com"), answer.header("access-control-allow-origin"));
      assertEquals(Optional.of("GET, POST"), answer.header("access-control-allow-methods"));
      assertEquals(
          Optional.of("Authorization, Content-Type, X-API-Key"),
          answer.header("access-control-allow-headers"));
      assertEquals(Optional.of("600"), answer.header("access-control-max-age"));
      assertTrue(answer.header("vary").orElseThrow().contains("Origin"));
    }
    assertEquals(0, auth.connections() + backend.connections());
  }

  @Test
  void aPreflightTellsTheMethodsAndHeadersOfTheService() {
    String own =
        MANIFESTS.replace(
            "maxAge: 10m", "maxAge: 10m, allowMethods: [PUT, DELETE], allowHeaders: [X-Team]");
    try (var other = RunningGateway.serving(own.formatted(auth.port(), backend.port()));
        var browser = new RawClient(other.httpPort())) {
      RawResponse answer = browser.send(PREFLIGHT.formatted("https://app.example.com")).read();
      assertEquals(Optional.of("PUT, DELETE"), answer.header("access-control-allow-methods"));
      assertEquals(Optional.of("X-Team"), answer.header("access-control-allow-headers"));
    }
  }

  @Test
  void aPreflightOfAnotherOriginIsRefusedHoweverAlike() {
    for (String origin :
        new String[] {
          "https://app.example.com.evil.example",
          "http://app.example.com",
          "https://app.example.com:8443",
          "https://pages.example",
          "https://evilpages.example",
          "null"
        }) {
      RawResponse answer = client.send(PREFLIGHT.formatted(origin)).read();
      assertEquals(403, answer.status(), origin);
      assertTrue(answer.header("access-control-allow-origin").isEmpty(), origin);
    }
    assertEquals(0, backend.connections());
  }

  @Test
  void anAnswerNamesTheOriginOnceWhateverTheBackendSays() {
    RawResponse answer =
        client
            .send("GET /llm HTTP/1.1\r\nHost: h\r\nOrigin: https://a.b.pages.example\r\n\r\n")
            .read();
    assertEquals(200, answer.status());
    assertEquals(
        1,
        answer.headers().stream()
            .filter(line -> line.startsWith("access-control-allow-origin"))
            .count());
    assertEquals(
        Optional.of("https://a.b.pages.example"), answer.header("access-control-allow-origin"));
    assertEquals(Optional.of("Origin"), answer.header("vary"));
  }

  @Test
  void aRefusalCanBeReadByThePage() {
    String request = "GET /llm HTTP/1.1\r\nHost: h\r\nOrigin: https://app.example.com\r\n\r\n";
    assertEquals(200, client.send(request).read().status());
    RawResponse limited = client.send(request).read();
    assertEquals(429, limited.status());
    assertEquals(
        Optional.of("https://app.example.com"), limited.header("access-control-allow-origin"));
    assertTrue(
        limited.header("access-control-expose-headers").orElseThrow().contains("Retry-After"));
  }

  @Test
  void whoIsNoBrowserIsToldOnlyThatOriginsDiffer() {
    RawResponse answer = client.send("GET /llm HTTP/1.1\r\nHost: h\r\n\r\n").read();
    assertEquals(200, answer.status());
    assertFalse(answer.headers().toString().contains("access-control"), answer.toString());
    // Else a cache would give this answer to a page, which could not read it.
    assertEquals(Optional.of("Origin"), answer.header("vary"));
  }

  @Test
  void anAnswerToAnotherOriginIsNotOneForAllowedPages() {
    RawResponse answer =
        client.send("GET /llm HTTP/1.1\r\nHost: h\r\nOrigin: https://evil.example\r\n\r\n").read();
    assertEquals(200, answer.status());
    assertFalse(answer.headers().toString().contains("access-control"), answer.toString());
    assertEquals(Optional.of("Origin"), answer.header("vary"));
  }

  @Test
  void whereAnyOriginMayCallAnAnswerIsTheSameForAll() {
    String any = MANIFESTS.replaceFirst("allowOrigins: \\[.*?]", "allowOrigins: [\"*\"]");
    try (var other = RunningGateway.serving(any.formatted(auth.port(), backend.port()));
        var caller = new RawClient(other.httpPort())) {
      for (String origin : new String[] {"", "Origin: https://any.example\r\n"}) {
        RawResponse answer =
            caller.send("GET /llm HTTP/1.1\r\nHost: h\r\n" + origin + "\r\n").read();
        assertEquals(Optional.of("*"), answer.header("access-control-allow-origin"), origin);
        assertTrue(answer.header("access-control-expose-headers").isPresent(), origin);
        assertEquals(Optional.empty(), answer.header("vary"), origin);
      }
    }
  }
}

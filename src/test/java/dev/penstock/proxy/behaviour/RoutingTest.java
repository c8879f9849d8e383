package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RoutingTest {

  private static final String MANIFESTS =
      """
      apiVersion: penstock.dev/v1alpha1
      kind: AIGateway
      metadata: {name: default, namespace: ai}
      spec: {tls: {mode: Disabled}}
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: stt, namespace: ai}
      spec: {path: /stt, backend: {url: "http://127.0.0.1:%d"}}
      """;

  @Test
  void thePrefixIsReplacedAndTheQueryKept() {
    try (var backend = RawBackend.ok("hello");
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port()));
        var client = new RawClient(gateway.httpPort())) {
      RawResponse response = client.send("GET /stt/v1/x?a=b%2F HTTP/1.1\r\nHost: h\r\n\r\n").read();
      assertEquals(200, response.status());
      assertEquals("hello", response.text());
      assertTrue(
          backend.received().startsWith("GET /v1/x?a=b%2F HTTP/1.1\r\n"), backend.received());
    }
  }

  @Test
  void thePrefixAloneGoesToTheRoot() {
    try (var backend = RawBackend.ok("hello");
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port()));
        var client = new RawClient(gateway.httpPort())) {
      assertEquals(200, client.send("GET /stt HTTP/1.1\r\nHost: h\r\n\r\n").read().status());
      assertTrue(backend.received().startsWith("GET / HTTP/1.1\r\n"), backend.received());
    }
  }

  @Test
  void aPathThatOnlyStartsLikeThePrefixIsNotFound() {
    try (var backend = RawBackend.ok("hello");
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port()));
        var client = new RawClient(gateway.httpPort())) {
      RawResponse response = client.send("GET /sttx HTTP/1.1\r\nHost: h\r\n\r\n").read();
      assertEquals(404, response.status());
      assertEquals("application/problem+json", response.header("content-type").orElseThrow());
      assertEquals(0, backend.connections());
    }
  }
}

package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KeepAliveTest {

  private static final String MANIFESTS =
      """
      apiVersion: penstock.dev/v1alpha1
      kind: AIGateway
      metadata: {name: default, namespace: ai}
      spec: {tls: {mode: Disabled}}
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: s, namespace: ai}
      spec: {path: /s, backend: {url: "http://127.0.0.1:%d"}}
      """;

  /** Answers with the path that it was asked for. */
  private static RawBackend echo() {
    return new RawBackend(
        connection -> {
          for (String request = connection.readRequest();
              request != null;
              request = connection.readRequest()) {
            String path = request.substring(request.indexOf(' ') + 1, request.indexOf(" HTTP/"));
            connection.send(
                "HTTP/1.1 200 OK\r\nContent-Length: " + path.length() + "\r\n\r\n" + path);
          }
        });
  }

  @Test
  void requestsOneAfterTheOtherShareOneConnectionOnBothSides() {
    try (var backend = echo();
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port()));
        var client = new RawClient(gateway.httpPort())) {
      for (int i = 0; i < 50; i++) {
        assertEquals(
            "/" + i, client.send("GET /s/" + i + " HTTP/1.1\r\nHost: h\r\n\r\n").read().text());
      }
      assertEquals(1, backend.connections());
      assertEquals(1, gateway.metric("penstock_upstream_connections_opened_total"));
    }
  }

  @Test
  void aHundredPipelinedRequestsAreAnsweredInTheirOrder() {
    try (var backend = echo();
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port()));
        var client = new RawClient(gateway.httpPort())) {
      var all = new StringBuilder();
      for (int i = 0; i < 100; i++) {
        // Some with a body, some that have no service: both kinds of answer keep their place.
        all.append(
            switch (i % 3) {
              case 0 -> "GET /s/" + i + " HTTP/1.1\r\nHost: h\r\n\r\n";
              case 1 -> "POST /s/" + i + " HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc";
              default -> "GET /none HTTP/1.1\r\nHost: h\r\n\r\n";
            });
      }
      client.send(all.toString());
      for (int i = 0; i < 100; i++) {
        RawResponse response = client.read();
        assertEquals(i % 3 == 2 ? 404 : 200, response.status());
        if (i % 3 != 2) {
          assertEquals("/" + i, response.text());
        }
      }
      assertEquals(1, backend.connections());
    }
  }

  @Test
  void thousandsOfPipelinedRequestsInOneWriteAreAnswered() {
    try (var backend = echo();
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port()));
        var client = new RawClient(gateway.httpPort())) {
      int count = 4000;
      Thread.ofVirtual()
          .start(() -> client.send("GET /s/x HTTP/1.1\r\nHost: h\r\n\r\n".repeat(count)));
      for (int i = 0; i < count; i++) {
        assertEquals(200, client.read().status());
      }
    }
  }

  @Test
  void aClientOfHttp10IsKeptOnlyWhenItAsks() {
    try (var backend = echo();
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port()));
        var kept = new RawClient(gateway.httpPort());
        var not = new RawClient(gateway.httpPort())) {
      for (int i = 0; i < 2; i++) {
        RawResponse response =
            kept.send("GET /s/a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").read();
        assertEquals("/a", response.text());
        assertEquals("keep-alive", response.header("connection").orElseThrow());
      }
      assertEquals(
          "close", not.send("GET /s/a HTTP/1.0\r\n\r\n").read().header("connection").orElseThrow());
      assertTrue(not.endsWithin(Duration.ofSeconds(5)));
      assertTrue(backend.received().contains(" HTTP/1.1\r\n"), "the backend is spoken 1.1 to");
    }
  }

  @Test
  void aConnectionThatTheClientWantsClosedIsClosedAfterTheAnswer() {
    try (var backend = echo();
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port()));
        var client = new RawClient(gateway.httpPort())) {
      RawResponse response =
          client.send("GET /s/a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").read();
      assertEquals("/a", response.text());
      assertEquals("close", response.header("connection").orElseThrow());
      assertTrue(client.endsWithin(Duration.ofSeconds(5)));
    }
  }

  @Test
  void clientsAtTheSameTimeEachHaveABackendConnectionThatLaterOnesReuse() {
    var together = new CountDownLatch(3);
    try (var backend =
            new RawBackend(
                connection -> {
                  while (connection.readRequest() != null) {
                    together.countDown();
                    together.await();
                    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                  }
                });
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port()))) {
      var clients = Stream.generate(() -> new RawClient(gateway.httpPort())).limit(3).toList();
      clients.forEach(client -> client.send("GET /s/ HTTP/1.1\r\nHost: h\r\n\r\n"));
      clients.forEach(client -> assertEquals(200, client.read().status()));
      assertEquals(3, backend.connections());
      for (int i = 0; i < 10; i++) {
        clients.forEach(
            client ->
                assertEquals(
                    200, client.send("GET /s/ HTTP/1.1\r\nHost: h\r\n\r\n").read().status()));
      }
      assertEquals(3, backend.connections());
      clients.forEach(RawClient::close);
    }
  }

  @Test
  void aBackendConnectionWithBytesBehindItsAnswerIsNotUsedAgain() {
    try (var backend =
            RawBackend.answering("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 200 evil");
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port()));
        var client = new RawClient(gateway.httpPort())) {
      for (int i = 0; i < 2; i++) {
        assertEquals("a", client.send("GET /s/ HTTP/1.1\r\nHost: h\r\n\r\n").read().text());
      }
      assertEquals(2, backend.connections());
    }
  }

  @Test
  void aBackendThatSpeaksHttp10IsAskedOverANewConnectionEachTime() {
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readRequest();
                  connection.send("HTTP/1.0 200 OK\r\n\r\nold");
                });
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port()));
        var client = new RawClient(gateway.httpPort())) {
      for (int i = 0; i < 2; i++) {
        RawResponse response = client.send("GET /s/ HTTP/1.1\r\nHost: h\r\n\r\n").read();
        assertEquals("old", response.text());
        assertTrue(response.complete());
      }
      assertEquals(2, backend.connections());
    }
  }
}

package dev.penstock.proxy.behaviour;

import static dev.penstock.proxy.behaviour.QueuedGateway.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.testing.Await;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** {@code queue.heartbeat}: a client that waits for an event stream is told that it waits. */
class HeartbeatTest {

  private static final String EVENTS = "Accept: text/event-stream";
  private static final String CONCURRENCY =
      "{maxInFlight: 1, queue: {maxDepth: 4, timeout: %s, heartbeat: 50ms}}";
  private static final String STREAM =
      """
      HTTP/1.1 200 OK\r
      Content-Type: text/event-stream; charset=utf-8\r
      X-Of-The-Backend: 1\r
      Content-Length: 11\r
      \r
      data: one

      """;

  private final CountDownLatch goOn = new CountDownLatch(1);

  private static String manifests(RawBackend backend, String timeout, String path) {
    return QueuedGateway.gatewayManifest()
        + """
        ---
        apiVersion: penstock.dev/v1alpha1
        kind: AIService
        metadata: {name: s, namespace: ai}
        spec: {path: %s, backend: {url: "http://127.0.0.1:%d"}, concurrency: %s}
        """
            .formatted(path, backend.port(), CONCURRENCY.formatted(timeout));
  }

  /** Holds the first request, and answers all others at once. */
  private RawBackend backend(String answer) {
    return new RawBackend(
        connection -> {
          for (String request = connection.readRequest();
              request != null;
              request = connection.readRequest()) {
            boolean first = request.startsWith("GET /hold");
            if (first) {
              goOn.await();
            }
            connection.send(first ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" : answer);
          }
        });
  }

  private static void awaitAtBackend(RawBackend backend) {
    Await.until("it is at the backend", () -> backend.received().contains("/hold"));
  }

  private String answered(String answer) {
    try (var backend = backend(answer);
        var gateway = RunningGateway.serving(manifests(backend, "20s", "/s"));
        var holds = new RawClient(gateway.httpPort()).send(get("hold"))) {
      awaitAtBackend(backend);
      try (var waits = new RawClient(gateway.httpPort())) {
        waits.send(get("x", EVENTS, "Accept-Encoding: gzip"));
        String head = waits.readUntil("\r\n\r\n");
        assertTrue(head.startsWith("HTTP/1.1 200 OK\r\n"), head);
        assertTrue(head.contains("Content-Type: text/event-stream\r\n"), head);
        assertTrue(head.contains("Cache-Control: no-cache\r\n"), head);
        assertTrue(head.contains("X-Request-Id: "), head);
        waits.readUntil(": waiting, position 1\n\n");
        waits.readUntil(": waiting, position 1\n\n");
        goOn.countDown();
        assertEquals(200, holds.read().status());
        String rest = waits.readUntil("0\r\n\r\n");
        assertFalse(rest.contains("HTTP/1.1"), rest);
        assertFalse(backend.received().contains("gzip"), "the stream has no coding");
        // The connection goes on.
        assertTrue(waits.send(get("x", "Accept: */*")).read().complete());
        Await.until("it is free", () -> gateway.metric(QueuedGateway.IN_FLIGHT) == 0);
        return rest;
      }
    }
  }

  @Test
  void comments_come_until_the_backends_stream_does() {
    String rest = answered(STREAM);
    assertTrue(rest.contains("data: one\n\n"), rest);
    assertFalse(rest.contains("event: error"), rest);
  }

  @Test
  void an_error_of_the_backend_becomes_an_event() {
    String rest =
        answered(
            "HTTP/1.1 422 No\r\nContent-Type: application/json\r\nContent-Length: 22\r\n\r\n"
                + "{\"error\":\n \"no model\"}");
    assertTrue(rest.contains("event: error\ndata: {\"error\":\ndata:  \"no model\"}\n\n"), rest);
  }

  @Test
  void an_answer_that_is_no_stream_is_an_event_too() {
    String rest =
        answered(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n"
                + "{\"a\": 1}");
    assertTrue(rest.contains("data: {\"a\": 1}\n\n"), rest);
    assertFalse(rest.contains("event: error"), rest);
  }

  @Test
  void of_an_answer_that_is_no_text_only_what_it_was_is_told() {
    String rest =
        answered("HTTP/1.1 200 OK\r\nContent-Type: audio/wav\r\nContent-Length: 4\r\n\r\nRIFF");
    assertTrue(rest.contains("event: error\ndata: {"), rest);
    assertTrue(rest.contains("the backend answered 200 with audio/wav, no event stream"), rest);
  }

  @Test
  void a_wait_that_is_too_long_ends_with_an_event_and_is_logged_as_what_it_is() {
    try (var backend = backend(STREAM);
        var gateway = RunningGateway.serving(manifests(backend, "300ms", "/s"));
        var _ = new RawClient(gateway.httpPort()).send(get("hold"));
        var waits = new RawClient(gateway.httpPort())) {
      awaitAtBackend(backend);
      RawResponse response = waits.send(get("x", EVENTS)).read();
      assertEquals(200, response.status());
      assertTrue(response.complete());
      assertTrue(
          response.text().contains("event: error\nretry: 1000\ndata: {\"type\":\"about:blank\""),
          response.text());
      assertTrue(response.text().contains("\"reason\":\"queue_timeout\""), response.text());
      assertEquals("503 queue_timeout", gateway.awaitLogged(1).outcome());
      assertEquals(response.body().length(), gateway.awaitLogged(1).responseBytes());
      goOn.countDown();
    }
  }

  @Test
  void the_error_has_the_shape_that_the_path_is_known_for() {
    try (var backend = backend(STREAM);
        var gateway = RunningGateway.serving(manifests(backend, "200ms", "/"));
        var _ = new RawClient(gateway.httpPort()).send("GET /hold HTTP/1.1\r\nHost: h\r\n\r\n");
        var waits = new RawClient(gateway.httpPort())) {
      awaitAtBackend(backend);
      waits.send("GET /v1/chat HTTP/1.1\r\nHost: h\r\n" + EVENTS + "\r\n\r\n");
      String text = waits.read().text();
      assertTrue(text.contains("data: {\"error\":{\"message\":"), text);
      goOn.countDown();
    }
  }

  @Test
  void who_does_not_ask_for_events_is_told_nothing_before_the_answer() {
    try (var backend = backend(STREAM);
        var gateway = RunningGateway.serving(manifests(backend, "300ms", "/s"));
        var _ = new RawClient(gateway.httpPort()).send(get("hold"));
        var json = new RawClient(gateway.httpPort());
        var expects = new RawClient(gateway.httpPort())) {
      awaitAtBackend(backend);
      json.send(get("x", "Accept: application/json"));
      expects.send(
          "POST /s/x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n"
              + EVENTS
              + "\r\n\r\n");
      assertEquals(503, json.read().status());
      assertEquals(503, expects.read().status());
      goOn.countDown();
    }
  }

  @Test
  void a_client_that_leaves_after_heartbeats_is_off_the_queue() {
    try (var backend = backend(STREAM);
        var gateway = RunningGateway.serving(manifests(backend, "20s", "/s"));
        var holds = new RawClient(gateway.httpPort()).send(get("hold"))) {
      awaitAtBackend(backend);
      var leaves = new RawClient(gateway.httpPort()).send(get("left", EVENTS));
      leaves.readUntil(": waiting, position 1\n\n");
      leaves.close();
      Await.until("it left", () -> gateway.metric(QueuedGateway.WAITING) == 0);
      goOn.countDown();
      assertEquals(200, holds.read().status());
      assertFalse(backend.received().contains("/left"));
    }
  }

  @Test
  void a_body_that_came_with_the_request_reaches_the_backend_after_the_wait() {
    try (var backend = backend(STREAM);
        var gateway = RunningGateway.serving(manifests(backend, "20s", "/s"));
        var holds = new RawClient(gateway.httpPort()).send(get("hold"));
        var waits = new RawClient(gateway.httpPort())) {
      awaitAtBackend(backend);
      waits.send(
          "POST /s/x HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n" + EVENTS + "\r\n\r\nbody");
      waits.readUntil(": waiting, position 1\n\n");
      goOn.countDown();
      assertEquals(200, holds.read().status());
      waits.readUntil("data: one\n\n");
      assertTrue(backend.received().contains("\r\n\r\nbody"));
    }
  }

  @Test
  void over_http2_the_same() throws Exception {
    try (var backend = backend(STREAM)) {
      String manifests =
          manifests(backend, "20s", "/s").replace("mode: Disabled", "mode: Terminate");
      try (var gateway = RunningGateway.serving(manifests);
          var client = new Http2Client(gateway.httpsPort())) {
        client.get(1, "/s/hold");
        awaitAtBackend(backend);
        client.get(3, "/s/x", "accept", "text/event-stream");
        Http2Client.Frame head = client.await(Http2Client.HEADERS);
        assertEquals(3, head.stream());
        var fields = client.decode(head);
        assertEquals("200", fields.status().toString());
        assertEquals("text/event-stream", fields.get("content-type").toString());
        client.await(frame -> frame.type() == Http2Client.DATA && frame.text().startsWith(": w"));
        goOn.countDown();
        Http2Client.Frame last =
            client.await(frame -> frame.stream() == 3 && frame.text().contains("data: one"));
        if (!last.ends()) {
          client.await(frame -> frame.stream() == 3 && frame.ends());
        }
        Await.until("it is free", () -> gateway.metric(QueuedGateway.IN_FLIGHT) == 0);
      }
    }
  }
}

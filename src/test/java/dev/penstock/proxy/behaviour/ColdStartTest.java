package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.proxy.upstream.Resolver;
import dev.penstock.testing.Await;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** {@code coldStart: Hold}: requests wait for a backend that is not up yet. */
class ColdStartTest {

  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String LOADING =
      "HTTP/1.1 503 Loading\r\nRetry-After: 1\r\nContent-Length: 7\r\n\r\nloading";
  private static final String GET = "GET /s/x HTTP/1.1\r\nHost: h\r\n\r\n";

  private static String manifests(String host, int port, int permits, String timeout, String how) {
    return QueuedGateway.gatewayManifest()
        + """
        ---
        apiVersion: penstock.dev/v1alpha1
        kind: AIService
        metadata: {name: s, namespace: ai}
        spec:
          path: /s
          backend: {url: "http://%s:%d"}
          concurrency: {maxInFlight: %d, queue: {timeout: %s}, coldStart: %s}
        """
            .formatted(host, port, permits, timeout, how);
  }

  private static String post(int length) {
    return "POST /s/x HTTP/1.1\r\nHost: h\r\nContent-Length: "
        + length
        + "\r\n\r\n"
        + "x".repeat(length);
  }

  private static int freePort() {
    try (var closed = RawBackend.ok("")) {
      return closed.port();
    }
  }

  private static RawBackend at(int port) {
    return new RawBackend(
        InetAddress.getLoopbackAddress(),
        port,
        connection -> {
          while (connection.readRequest() != null) {
            connection.send(OK);
          }
        });
  }

  /** Says that it loads for so many requests, then answers. */
  private static RawBackend loading(AtomicInteger times) {
    return new RawBackend(
        connection -> {
          while (connection.readRequest() != null) {
            connection.send(times.getAndDecrement() > 0 ? LOADING : OK);
          }
        });
  }

  @Test
  void a_backend_that_refuses_is_waited_for() {
    int port = freePort();
    try (var gateway = RunningGateway.serving(manifests("127.0.0.1", port, 4, "20s", "Hold"));
        var get = new RawClient(gateway.httpPort()).send(GET);
        var post = new RawClient(gateway.httpPort()).send(post(3))) {
      Await.until("both wait", () -> gateway.metric(QueuedGateway.WAITING) == 2);
      try (var backend = at(port)) {
        assertEquals(200, get.read().status());
        assertEquals(200, post.read().status());
        assertTrue(
            backend.received().endsWith("\r\n\r\nxxx") || backend.received().contains("xxx"));
        assertEquals("200 none", gateway.awaitLogged(2).outcome());
        assertEquals(0, gateway.metric(QueuedGateway.WAITING));
        Await.until("it is free", () -> gateway.metric(QueuedGateway.IN_FLIGHT) == 0);
      }
    }
  }

  @Test
  void many_are_held_and_one_tries_at_a_time() {
    int port = freePort();
    try (var gateway = RunningGateway.serving(manifests("127.0.0.1", port, 8, "20s", "Hold"))) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        clients.add(new RawClient(gateway.httpPort()).send(GET));
      }
      Await.until("all wait", () -> gateway.metric(QueuedGateway.WAITING) == 8);
      double failures =
          gateway.metric("penstock_upstream_connect_failures_total{service=\"ai/s\"}");
      assertTrue(failures <= 12, () -> failures + " tries");
      try (var _ = at(port)) {
        for (RawClient client : clients) {
          assertEquals(200, client.read().status());
          client.close();
        }
      }
    }
  }

  @Test
  void a_model_that_loads_is_waited_for_also_with_a_body() {
    var times = new AtomicInteger(2);
    try (var backend = loading(times);
        var gateway =
            RunningGateway.serving(manifests("127.0.0.1", backend.port(), 1, "20s", "Hold"));
        var client = new RawClient(gateway.httpPort())) {
      assertEquals("ok", client.send(post(50_000)).read().text());
      String received = backend.received();
      assertEquals(3, received.split("POST /x ", -1).length - 1, "tried three times");
      assertTrue(received.endsWith("\r\n\r\n" + "x".repeat(50_000)), "the body is whole");
    }
  }

  @Test
  void a_body_too_long_to_be_kept_gets_the_backends_own_answer() {
    try (var backend = loading(new AtomicInteger(1));
        var gateway =
            RunningGateway.serving(manifests("127.0.0.1", backend.port(), 1, "20s", "Hold"));
        var client = new RawClient(gateway.httpPort())) {
      RawResponse response = client.send(post(100_000)).read();
      assertEquals(503, response.status());
      assertEquals("loading", response.text());
      assertEquals("503 none", gateway.awaitLogged(1).outcome());
      Await.until("it is free", () -> gateway.metric(QueuedGateway.IN_FLIGHT) == 0);
      assertEquals(200, client.send(GET).read().status());
    }
  }

  @Test
  void when_the_time_is_over_the_last_answer_is_given() {
    try (var backend = loading(new AtomicInteger(1000));
        var gateway =
            RunningGateway.serving(manifests("127.0.0.1", backend.port(), 1, "700ms", "Hold"));
        var refusing =
            RunningGateway.serving(manifests("127.0.0.1", freePort(), 1, "700ms", "Hold"));
        var starting = new RawClient(gateway.httpPort()).send(GET);
        var refused = new RawClient(refusing.httpPort()).send(GET)) {
      RawResponse response = starting.read();
      assertEquals(503, response.status());
      assertEquals("1", response.header("retry-after").orElseThrow());
      assertEquals("503 upstream_starting", gateway.awaitLogged(1).outcome());
      assertEquals(502, refused.read().status());
      assertEquals("502 upstream_unreachable", refusing.awaitLogged(1).outcome());
      Await.until("it is free", () -> gateway.metric(QueuedGateway.IN_FLIGHT) == 0);
      Await.until("it is free", () -> refusing.metric(QueuedGateway.IN_FLIGHT) == 0);
    }
  }

  @Test
  void a_503_that_says_nothing_of_later_passes() {
    try (var backend = RawBackend.answering("HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy");
        var gateway =
            RunningGateway.serving(manifests("127.0.0.1", backend.port(), 1, "20s", "Hold"));
        var client = new RawClient(gateway.httpPort())) {
      assertEquals("busy", client.send(GET).read().text());
    }
  }

  @Test
  void a_name_without_addresses_is_waited_for() {
    var up = new AtomicInteger();
    Resolver later =
        host -> {
          if (up.get() == 0) {
            throw new UnknownHostException(host);
          }
          return List.of(InetAddress.getLoopbackAddress());
        };
    try (var backend = RawBackend.ok("ok");
        var gateway =
            RunningGateway.serving(
                manifests("later.test", backend.port(), 1, "20s", "Hold"), later);
        var client = new RawClient(gateway.httpPort()).send(GET)) {
      Await.until("it waits", () -> gateway.metric(QueuedGateway.WAITING) == 1);
      up.set(1);
      assertEquals("ok", client.read().text());
    }
  }

  @Test
  void with_fail_there_is_no_wait() {
    try (var backend = loading(new AtomicInteger(1));
        var gateway =
            RunningGateway.serving(manifests("127.0.0.1", backend.port(), 1, "20s", "Fail"));
        var refusing =
            RunningGateway.serving(manifests("127.0.0.1", freePort(), 1, "20s", "Fail"));
        var loading = new RawClient(gateway.httpPort()).send(GET);
        var refused = new RawClient(refusing.httpPort()).send(GET)) {
      assertEquals("loading", loading.read().text());
      assertEquals(502, refused.read().status());
    }
  }

  @Test
  void who_leaves_while_it_is_held_frees_its_permit_and_the_next_tries() {
    int port = freePort();
    try (var gateway = RunningGateway.serving(manifests("127.0.0.1", port, 1, "20s", "Hold"));
        var behind = new RawClient(gateway.httpPort())) {
      var leaves = new RawClient(gateway.httpPort()).send(GET);
      Await.until("it is held", () -> gateway.metric(QueuedGateway.IN_FLIGHT) == 1);
      Await.until("it is held", () -> gateway.metric(QueuedGateway.WAITING) == 1);
      behind.send(post(3));
      Await.until("the next waits", () -> gateway.metric(QueuedGateway.WAITING) == 2);
      leaves.close();
      Await.until("one waits", () -> gateway.metric(QueuedGateway.WAITING) == 1);
      try (var backend = at(port)) {
        assertEquals(200, behind.read().status());
        assertTrue(!backend.received().contains("GET"), "who left is not sent");
      }
    }
  }

  @Test
  void over_http2_a_body_is_sent_again_too() throws Exception {
    try (var backend = loading(new AtomicInteger(1))) {
      String manifests =
          manifests("127.0.0.1", backend.port(), 1, "20s", "Hold")
              .replace("mode: Disabled", "mode: Terminate");
      try (var gateway = RunningGateway.serving(manifests);
          var client = new Http2Client(gateway.httpsPort())) {
        client.post(1, "/s/x");
        client.data(1, "one", false);
        client.data(1, "two", true);
        Http2Client.Answer answer = client.answer(1);
        assertEquals(200, answer.status());
        assertEquals("ok", answer.body());
        assertEquals(2, backend.received().split("POST /x ", -1).length - 1);
        Await.until("it is free", () -> gateway.metric(QueuedGateway.IN_FLIGHT) == 0);
      }
    }
  }

  @Test
  void heartbeats_go_on_while_the_model_loads() {
    var times = new AtomicInteger(1);
    try (var backend = loading(times);
        var gateway =
            RunningGateway.serving(
                manifests("127.0.0.1", backend.port(), 1, "20s, heartbeat: 50ms", "Hold"));
        var client = new RawClient(gateway.httpPort())) {
      client.send("GET /s/x HTTP/1.1\r\nHost: h\r\nAccept: text/event-stream\r\n\r\n");
      String text = client.read().text();
      assertTrue(text.startsWith(": waiting\n\n: waiting\n\n"), text);
    }
  }
}

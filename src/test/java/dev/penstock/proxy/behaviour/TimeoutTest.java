package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.testing.Await;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeoutTest {

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
      spec:
        path: /s
        backend: {url: "http://127.0.0.1:%d"}
        maxBodySize: "0"
        timeouts: {%s}
      """;

  private static final String GET = "GET /s/ HTTP/1.1\r\nHost: h\r\n\r\n";

  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void letBackendsEnd() {
    end.countDown();
  }

  private static RawBackend sending(String answer) {
    return new RawBackend(
        connection -> {
          connection.readHead();
          connection.send(answer);
          connection.awaitEnd();
        });
  }

  @Test
  void a_connection_that_is_not_taken_in_time_is_a_504() throws IOException {
    try (var full = new ClientAbortTest.FullServer();
        var gateway = RunningGateway.serving(MANIFESTS.formatted(full.port(), "connect: 150ms"));
        var client = new RawClient(gateway.httpPort())) {
      RawResponse response = client.send(GET).read();
      assertEquals(504, response.status());
      assertTrue(response.text().contains("upstream_connect_timeout"), response.text());
      LoggedRequest logged = gateway.awaitLogged(1);
      assertEquals("504 upstream_connect_timeout", logged.outcome());
      assertEquals(response.body().length(), logged.responseBytes());
      assertEquals(1, gateway.metric("penstock_upstream_connect_failures_total{service=\"ai/s\"}"));
    }
  }

  @Test
  void no_first_byte_in_time_is_a_504_and_the_backend_is_let_go() {
    try (var backend = sending("");
        var gateway =
            RunningGateway.serving(MANIFESTS.formatted(backend.port(), "firstByte: 150ms"));
        var client = new RawClient(gateway.httpPort())) {
      RawResponse response = client.send(GET).read();
      assertEquals(504, response.status());
      LoggedRequest logged = gateway.awaitLogged(1);
      assertEquals("504 upstream_timeout", logged.outcome());
      assertFalse(logged.firstByte());
      assertEquals("127.0.0.1:" + backend.port(), logged.upstream());
      Await.until("the backend is let go", () -> backend.working() == 0);
      // The client's own connection goes on.
      assertEquals(404, client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").read().status());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        "Content-Length: 10\r\n\r\nabc",
        "Connection: close\r\n\r\nabc"
      })
  void a_stream_that_stops_for_too_long_is_broken_and_not_ended(String rest) {
    try (var backend = sending("HTTP/1.1 200 OK\r\n" + rest);
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port(), "idle: 150ms"));
        var client = new RawClient(gateway.httpPort())) {
      RawResponse response = client.send(GET).read();
      assertEquals(200, response.status());
      assertFalse(response.complete());
      assertEquals("200 upstream_stalled", gateway.awaitLogged(1).outcome());
      Await.until("the backend is let go", () -> backend.working() == 0);
    }
  }

  @Test
  void a_stream_until_the_end_of_the_connection_is_reset_when_it_stops_for_too_long()
      throws IOException {
    try (var backend = sending("HTTP/1.1 200 OK\r\n\r\nabc");
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port(), "idle: 150ms"));
        var client = new RawClient(gateway.httpPort())) {
      client.send("GET /s/ HTTP/1.0\r\n\r\n").readUntil("\r\n\r\nabc");
      assertThrows(IOException.class, () -> client.socket().getInputStream().read());
      assertEquals("200 upstream_stalled", gateway.awaitLogged(1).outcome());
    }
  }

  @Test
  void a_stream_goes_on_for_longer_than_each_pause_may() {
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readHead();
                  connection.send("HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n");
                  for (int i = 0; i < 40; i++) {
                    connection.send("x");
                    end.await(20, TimeUnit.MILLISECONDS);
                  }
                });
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port(), "idle: 400ms"));
        var client = new RawClient(gateway.httpPort())) {
      assertTrue(client.send(GET).read().complete());
    }
  }

  @Test
  void a_request_as_a_whole_may_be_bounded_before_its_answer() {
    try (var backend = sending("");
        var gateway =
            RunningGateway.serving(MANIFESTS.formatted(backend.port(), "request: 150ms"));
        var client = new RawClient(gateway.httpPort())) {
      assertEquals(504, client.send(GET).read().status());
      assertEquals("504 request_timeout", gateway.awaitLogged(1).outcome());
    }
  }

  @Test
  void a_request_as_a_whole_may_be_bounded_also_while_tokens_flow() {
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readHead();
                  connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                  while (!end.await(20, TimeUnit.MILLISECONDS)) {
                    connection.send("1\r\nx\r\n");
                  }
                });
        var gateway =
            RunningGateway.serving(MANIFESTS.formatted(backend.port(), "request: 250ms"));
        var client = new RawClient(gateway.httpPort())) {
      RawResponse response = client.send(GET).read();
      assertEquals(200, response.status());
      assertFalse(response.complete());
      assertEquals("200 request_timeout", gateway.awaitLogged(1).outcome());
    }
  }

  @Test
  void a_body_that_does_not_go_on_is_a_408() {
    try (var backend = sending("");
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port(), "idle: 150ms"));
        var client = new RawClient(gateway.httpPort())) {
      RawResponse response =
          client.send("POST /s/ HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc").read();
      assertEquals(408, response.status());
      assertEquals("close", response.header("connection").orElseThrow());
      assertEquals("408 body_timeout", gateway.awaitLogged(1).outcome());
      Await.until("the backend is let go", () -> backend.working() == 0);
    }
  }

  @Test
  void a_backend_that_takes_no_more_of_an_upload_is_a_504() {
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readHead();
                  end.await();
                });
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port(), "idle: 300ms"));
        var client = new RawClient(gateway.httpPort())) {
      client.send("POST /s/ HTTP/1.1\r\nHost: h\r\nContent-Length: 100000000\r\n\r\n");
      Thread upload =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      for (int i = 0; i < 1000; i++) {
                        client.socket().getOutputStream().write(new byte[100_000]);
                      }
                    } catch (IOException e) {
                      return; // cut
                    }
                  });
      assertEquals(504, client.read().status());
      assertEquals("504 upstream_stalled", gateway.awaitLogged(1).outcome());
      upload.interrupt();
    }
  }

  @Test
  void an_old_idle_deadline_does_not_end_a_request_that_waits_for_its_limit() {
    var backend = RawBackend.ok("x");
    String manifests =
        """
        apiVersion: penstock.dev/v1alpha1
        kind: AIGateway
        metadata: {name: default, namespace: ai}
        spec: {tls: {mode: Disabled}, limits: {idleTimeout: 300ms}}
        ---
        apiVersion: penstock.dev/v1alpha1
        kind: AIService
        metadata: {name: s, namespace: ai}
        spec:
          path: /s
          backend: {url: "http://127.0.0.1:%d"}
          rateLimit: {rate: 2r/s, burst: 5, delay: 0}
        """
            .formatted(backend.port());
    try (backend;
        var gateway = RunningGateway.serving(manifests);
        var client = new RawClient(gateway.httpPort())) {
      assertEquals(200, client.send(GET).read().status());
      assertEquals(200, client.send(GET).read().status()); // after 500 ms
    }
  }
}

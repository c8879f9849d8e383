package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.proxy.overload.MemoryGauge;
import dev.penstock.testing.Await;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What a gateway answers while the memory is said to be full. */
class LoadSheddingTest {

  private static final String MANIFESTS =
      """
      apiVersion: penstock.dev/v1alpha1
      kind: AIGateway
      metadata: {name: default, namespace: ai}
      spec: {tls: {mode: %s}}
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: s, namespace: ai}
      spec: {path: /s, backend: {url: "http://127.0.0.1:%d"}}
      """;

  private static final String GET = "GET /s HTTP/1.1\r\nHost: h\r\n\r\n";

  private final AtomicLong percent = new AtomicLong();

  private final AtomicLong sent = new AtomicLong();

  private final MemoryGauge memory =
      new MemoryGauge() {
        @Override
        public String name() {
          return "memory of a test";
        }

        @Override
        public long max() {
          return 100;
        }

        @Override
        public long used() {
          return percent.get();
        }

        @Override
        public boolean heldByConnections() {
          return true;
        }
      };

  private void fill(long to, RunningGateway gateway, boolean shedding) {
    percent.set(to);
    Await.until("shedding " + shedding, () -> gateway.server().overloaded() == shedding);
  }

  @Test
  void new_requests_are_refused_until_there_is_memory_again_and_none_reaches_the_backend() {
    try (var backend = RawBackend.ok("hello");
        var gateway =
            RunningGateway.serving(MANIFESTS.formatted("Disabled", backend.port()), memory);
        var client = new RawClient(gateway.httpPort())) {
      assertEquals(200, client.send(GET).read().status());
      fill(82, gateway, true);
      RawResponse refused = client.send(GET).read();
      assertEquals(503, refused.status());
      assertEquals("5", refused.header("retry-after").orElseThrow());
      assertTrue(refused.text().contains("\"reason\":\"overloaded\""), refused::text);
      try (var other = new RawClient(gateway.httpPort())) {
        assertEquals(503, other.send(GET).read().status());
      }
      assertEquals(1, gateway.metric("penstock_overloaded"));
      assertEquals("503 overloaded", gateway.awaitLogged(3).outcome());
      assertEquals(1, backend.received().split("GET /", -1).length - 1);
      fill(50, gateway, false);
      assertEquals(200, client.send(GET).read().status());
      assertEquals(0, gateway.metric("penstock_overloaded"));
    }
  }

  @Test
  void http2_is_refused_likewise() throws Exception {
    try (var backend = RawBackend.ok("hello");
        var gateway =
            RunningGateway.serving(MANIFESTS.formatted("Terminate", backend.port()), memory);
        var client = new Http2Client(gateway.httpsPort())) {
      assertEquals(200, client.get(1, "/s").answer(1).status());
      fill(82, gateway, true);
      Http2Client.Answer refused = client.get(3, "/s").answer(3);
      assertEquals(503, refused.status());
      assertEquals("5", refused.header("retry-after"));
      fill(50, gateway, false);
      assertEquals(200, client.get(5, "/s").answer(5).status());
    }
  }

  @Test
  void requests_under_way_go_on_while_new_ones_are_refused() {
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readRequest();
                  connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
                  Await.until("the memory is full", () -> percent.get() == 82);
                  connection.send("world");
                });
        var gateway =
            RunningGateway.serving(MANIFESTS.formatted("Disabled", backend.port()), memory);
        var client = new RawClient(gateway.httpPort())) {
      client.send(GET).readUntil("hello");
      fill(82, gateway, true);
      assertEquals("world", client.readBytes(5));
    }
  }

  @Test
  void when_it_is_critical_no_connection_is_accepted_and_who_takes_nothing_is_broken_off()
      throws Exception {
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readRequest();
                  connection.send("HTTP/1.1 200 OK\r\n\r\n");
                  while (true) {
                    connection.send("x".repeat(65_536));
                    sent.addAndGet(65_536);
                  }
                });
        var gateway =
            RunningGateway.serving(MANIFESTS.formatted("Disabled", backend.port()), memory);
        var stalled = new RawClient(gateway.httpPort())) {
      stalled.send(GET).readUntil("\r\n\r\n");
      Await.rest("the answer that nobody takes", sent::get);
      percent.set(95);
      Await.until("the one that holds most is broken off", () -> backend.working() == 0);
      assertEquals("200 overloaded", gateway.awaitLogged(1).outcome());
      try (var waiting = new RawClient(gateway.httpPort())) {
        waiting.send(GET.replace("GET", "HEAD"));
        assertFalse(waiting.endsWithin(Duration.ofMillis(300)), "it waits to be accepted");
        assertEquals(0, gateway.metric("penstock_connections{listener=\"http\"}"));
        percent.set(70);
        waiting.socket().setSoTimeout(10_000);
        assertEquals(503, waiting.readHeadAnswer().status());
      }
    }
  }
}

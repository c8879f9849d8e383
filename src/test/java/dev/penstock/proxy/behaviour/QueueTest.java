package dev.penstock.proxy.behaviour;

import static dev.penstock.proxy.behaviour.QueuedGateway.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code concurrency}: so many at the backend at once, and the others wait in their turn. */
class QueueTest {

  private static final String QUEUE = "{maxInFlight: 1, queue: {maxDepth: 4, timeout: 20s}}";

  @Test
  void one_at_a_time_and_all_are_served() {
    try (var gateway = new QueuedGateway("{maxInFlight: 1, queue: {maxDepth: 32}}", "")) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        clients.add(gateway.ask("192.0.2." + i % 5, "ok"));
      }
      for (RawClient client : clients) {
        assertEquals("ok", client.read().text());
        client.close();
      }
      assertEquals(1, gateway.most());
      gateway.assertFree();
    }
  }

  @Test
  void clients_take_turns_while_one_floods() {
    try (var gateway = new QueuedGateway("{maxInFlight: 1, queue: {maxDepth: 32}}", "")) {
      List<RawClient> clients = new ArrayList<>();
      clients.add(gateway.ask("192.0.2.1", "hold"));
      gateway.awaitServed(1);
      for (int i = 1; i <= 4; i++) {
        clients.add(gateway.ask("192.0.2.1", "ok?flood" + i));
        gateway.awaitWaiting(i);
      }
      clients.add(gateway.ask("192.0.2.2", "ok?other1"));
      gateway.awaitWaiting(5);
      clients.add(gateway.ask("192.0.2.2", "ok?other2"));
      gateway.awaitWaiting(6);
      gateway.goOn(1);
      for (RawClient client : clients) {
        assertEquals(200, client.read().status());
        client.close();
      }
      assertEquals(
          List.of(
              "/hold",
              "/ok?other1",
              "/ok?flood1",
              "/ok?other2",
              "/ok?flood2",
              "/ok?flood3",
              "/ok?flood4"),
          gateway.served());
    }
  }

  @Test
  void a_full_queue_refuses_with_a_time_to_come_again() {
    try (var gateway =
            new QueuedGateway("{maxInFlight: 1, queue: {maxDepth: 1, timeout: 20s}}", "");
        var holds = gateway.ask("192.0.2.1", "hold")) {
      gateway.awaitServed(1);
      try (var waits = gateway.ask("192.0.2.1", "ok");
          var refused = gateway.client()) {
        gateway.awaitWaiting(1);
        RawResponse response = refused.send(get("ok?refused")).read();
        assertEquals(503, response.status());
        assertTrue(response.text().contains("\"reason\":\"queue_full\""), response.text());
        int seconds = Integer.parseInt(response.header("retry-after").orElseThrow());
        assertTrue(seconds >= 1 && seconds <= 20, () -> seconds + " s");
        gateway.goOn(1);
        assertEquals(200, holds.read().status());
        assertEquals(200, waits.read().status());
        // Its connection stays, and there is room now.
        assertEquals(200, refused.send(get("ok?again")).read().status());
      }
      assertFalse(gateway.served().contains("/ok?refused"));
      assertEquals(1, gateway.gateway().metric(requests("full")));
      assertEquals(3, gateway.gateway().metric(requests("granted")));
    }
  }

  private static String requests(String outcome) {
    return "penstock_queue_requests_total{outcome=\"" + outcome + "\",service=\"ai/s\"}";
  }

  @Test
  void without_a_queue_what_the_backend_does_not_take_is_refused() {
    try (var gateway = new QueuedGateway("{maxInFlight: 1}", "");
        var holds = gateway.ask("192.0.2.1", "hold")) {
      gateway.awaitServed(1);
      try (var refused = gateway.ask("192.0.2.2", "ok")) {
        RawResponse response = refused.read();
        assertEquals(503, response.status());
        assertTrue(Integer.parseInt(response.header("retry-after").orElseThrow()) >= 1);
      }
      gateway.goOn(1);
      assertEquals(200, holds.read().status());
      gateway.assertFree();
    }
  }

  @Test
  void who_waits_too_long_is_told_when_to_come_again() {
    try (var gateway =
            new QueuedGateway("{maxInFlight: 1, queue: {maxDepth: 4, timeout: 300ms}}", "");
        var holds = gateway.ask("192.0.2.1", "hold")) {
      gateway.awaitServed(1);
      try (var waits = gateway.ask("192.0.2.2", "ok?late")) {
        RawResponse response = waits.read();
        assertEquals(503, response.status());
        assertTrue(response.text().contains("\"reason\":\"queue_timeout\""), response.text());
        assertEquals("1", response.header("retry-after").orElseThrow());
        assertEquals(0, gateway.gateway().metric(QueuedGateway.WAITING));
      }
      gateway.goOn(1);
      assertEquals(200, holds.read().status());
      gateway.assertFree();
      assertFalse(gateway.served().contains("/ok?late"));
      assertEquals(1, gateway.gateway().metric(requests("timed_out")));
    }
  }

  @Test
  void the_time_of_the_whole_request_bounds_its_wait() {
    try (var gateway = new QueuedGateway(QUEUE, ", timeouts: {request: 300ms}");
        var holds = gateway.ask("192.0.2.1", "hang")) {
      gateway.awaitServed(1);
      try (var waits = gateway.ask("192.0.2.2", "hang?late")) {
        assertEquals(504, waits.read().status());
        assertEquals("504 request_timeout", gateway.gateway().awaitLogged(2).outcome());
      }
      assertEquals(504, holds.read().status());
      gateway.assertFree();
    }
  }

  @Test
  void the_log_tells_the_place_on_entry_and_the_wait() {
    String log;
    try (var gateway = new QueuedGateway(QUEUE, "");
        var holds = gateway.ask("192.0.2.1", "hold")) {
      gateway.awaitServed(1);
      assertEquals(1, gateway.gateway().metric(QueuedGateway.IN_FLIGHT));
      try (var first = gateway.ask("192.0.2.2", "ok?1")) {
        gateway.awaitWaiting(1);
        try (var second = gateway.ask("192.0.2.3", "ok?2")) {
          gateway.awaitWaiting(2);
          gateway.goOn(1);
          assertEquals(200, holds.read().status());
          assertEquals(200, first.read().status());
          assertEquals(200, second.read().status());
        }
      }
      gateway.gateway().awaitLogged(3);
      assertEquals(
          3, gateway.gateway().metric("penstock_queue_wait_seconds_count{service=\"ai/s\"}"));
      log = gateway.gateway().closeAndReadLog();
    }
    List<String> lines = RunningGateway.inOrder(log);
    assertTrue(lines.get(0).contains("\"queue_position\":0,\"queue_ms\":0.000,"), log);
    assertTrue(lines.get(1).contains("\"queue_position\":1,\"queue_ms\":"), log);
    assertTrue(lines.get(2).contains("\"queue_position\":2,\"queue_ms\":"), log);
  }

  @Test
  void a_service_without_concurrency_has_no_series_and_no_fields_for_it() {
    try (var backend = RawBackend.ok("ok");
        var gateway =
            RunningGateway.serving(
                QueuedGateway.gatewayManifest()
                    + """
                    ---
                    apiVersion: penstock.dev/v1alpha1
                    kind: AIService
                    metadata: {name: s, namespace: ai}
                    spec: {path: /s, backend: {url: "http://127.0.0.1:%d"}}
                    """
                        .formatted(backend.port()));
        var client = new RawClient(gateway.httpPort())) {
      assertEquals(200, client.send(get("")).read().status());
      gateway.awaitLogged(1);
      assertFalse(
          new String(gateway.metrics().scrape("").body(), StandardCharsets.UTF_8)
              .contains("penstock_queue"));
      assertFalse(gateway.closeAndReadLog().contains("queue"));
    }
  }

  @Test
  void a_bad_key_never_gets_a_place() {

    try (var gateway =
            new QueuedGateway("{maxInFlight: 1}", ", auth: {mode: APIKeys, apiKeys: {}}");
        var client = gateway.ask("192.0.2.1", "ok")) {
      assertEquals(401, client.read().status());
      assertEquals(0, gateway.gateway().metric(requests("granted")));
    }
  }

  @Test
  void the_body_is_not_read_while_the_request_waits() {
    int length = 8 << 20;
    try (var gateway = new QueuedGateway(QUEUE, ", maxBodySize: 20Mi");
        var holds = gateway.ask("192.0.2.1", "hold")) {
      gateway.awaitServed(1);
      try (var waits = gateway.client()) {
        var sender =
            Thread.startVirtualThread(
                () ->
                    waits.send(
                        "POST /s/ok HTTP/1.1\r\nHost: h\r\nContent-Length: "
                            + length
                            + "\r\n\r\n"
                            + "x".repeat(length)));
        gateway.awaitWaiting(1);
        assertFalse(joined(sender, Duration.ofMillis(300)), "8 MiB do not go nowhere");
        gateway.goOn(1);
        assertEquals(200, holds.read().status());
        assertEquals(200, waits.read().status());
        assertTrue(joined(sender, Duration.ofSeconds(10)));
      }
    }
  }

  private static boolean joined(Thread thread, Duration time) {
    try {
      return thread.join(time);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}

package dev.penstock.proxy.behaviour;

import static dev.penstock.proxy.behaviour.QueuedGateway.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.proxy.ConfigRefusedException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A queue outlives the configuration in which it began. */
class QueueChangeTest {

  private static final String ONE = "{maxInFlight: 1, queue: {maxDepth: 2, timeout: 20s}}";

  private final QueuedGateway gateway = new QueuedGateway(ONE, "");

  private void close(RawClient... clients) {
    for (RawClient client : clients) {
      client.close();
    }
    gateway.close();
  }

  @Test
  void more_permits_serve_who_waits_already() throws ConfigRefusedException {
    RawClient holds = gateway.ask("192.0.2.1", "hold");
    gateway.awaitServed(1);
    RawClient waits = gateway.ask("192.0.2.2", "hold");
    gateway.awaitWaiting(1);
    gateway.gateway().apply(gateway.manifests("{maxInFlight: 2, queue: {maxDepth: 2}}", ""));
    gateway.awaitServed(2);
    gateway.goOn(2);
    assertEquals(200, holds.read().status());
    assertEquals(200, waits.read().status());
    gateway.assertFree();
    close(holds, waits);
  }

  @Test
  void who_is_in_flight_counts_in_the_new_configuration() throws ConfigRefusedException {
    RawClient holds = gateway.ask("192.0.2.1", "hold");
    gateway.awaitServed(1);
    gateway.gateway().apply(gateway.manifests(ONE, ", timeouts: {idle: 30s}"));
    RawClient next = gateway.ask("192.0.2.2", "ok");
    gateway.awaitWaiting(1);
    gateway.goOn(1);
    assertEquals(200, holds.read().status());
    assertEquals(200, next.read().status());
    assertEquals(1, gateway.most());
    gateway.assertFree();
    close(holds, next);
  }

  @Test
  void a_changed_depth_holds_for_who_comes_next() throws ConfigRefusedException {
    RawClient holds = gateway.ask("192.0.2.1", "hold");
    gateway.awaitServed(1);
    RawClient first = gateway.ask("192.0.2.2", "ok");
    gateway.awaitWaiting(1);
    RawClient second = gateway.ask("192.0.2.3", "ok");
    gateway.awaitWaiting(2);
    gateway.gateway().apply(gateway.manifests("{maxInFlight: 1, queue: {maxDepth: 1}}", ""));
    try (var refused = gateway.ask("192.0.2.4", "ok")) {
      assertEquals(503, refused.read().status());
    }
    gateway.goOn(1);
    assertEquals(200, holds.read().status());
    assertEquals(200, first.read().status());
    assertEquals(200, second.read().status());
    close(holds, first, second);
  }

  @Test
  void a_refused_configuration_changes_no_bounds() {
    RawClient holds = gateway.ask("192.0.2.1", "hold");
    gateway.awaitServed(1);
    RawClient waits = gateway.ask("192.0.2.2", "ok");
    gateway.awaitWaiting(1);
    String broken =
        gateway
            .manifests("{maxInFlight: 5, queue: {}}", "")
            .replace("tls: {mode: Disabled}", "tls: {mode: Terminate}");
    assertThrows(ConfigRefusedException.class, () -> gateway.gateway().apply(broken));
    assertEquals(1, gateway.served().size());
    gateway.goOn(1);
    assertEquals(200, holds.read().status());
    assertEquals(200, waits.read().status());
    assertEquals(1, gateway.most());
    close(holds, waits);
  }

  @Test
  void who_waits_for_a_service_that_is_removed_is_still_served_and_nobody_twice_at_once()
      throws ConfigRefusedException {
    RawClient holds = gateway.ask("192.0.2.1", "hold");
    gateway.awaitServed(1);
    RawClient waits = gateway.ask("192.0.2.2", "hold");
    gateway.awaitWaiting(1);
    gateway.gateway().apply(QueuedGateway.gatewayManifest());
    try (var gone = gateway.ask("192.0.2.3", "ok")) {
      assertEquals(404, gone.read().status());
    }
    gateway.gateway().apply(gateway.manifests(ONE, ""));
    RawClient back = gateway.ask("192.0.2.4", "ok");
    gateway.awaitWaiting(1); // counted anew, with the series that came back
    gateway.goOn(2);
    assertEquals(200, holds.read().status());
    assertEquals(200, waits.read().status());
    assertEquals(200, back.read().status());
    assertEquals(1, gateway.most());
    close(holds, waits, back);
  }

  @Test
  void without_concurrency_the_series_go_and_requests_pass() throws ConfigRefusedException {
    RawClient holds = gateway.ask("192.0.2.1", "hold");
    gateway.awaitServed(1);
    gateway.gateway().apply(gateway.manifests("{}", "").replace(", concurrency: {}", ""));
    RawClient passes = gateway.client().send(get("ok"));
    assertEquals(200, passes.read().status());
    String page = new String(gateway.gateway().metrics().scrape("").body(), StandardCharsets.UTF_8);
    assertFalse(page.contains("penstock_queue"), page);
    gateway.goOn(1);
    assertEquals(200, holds.read().status());
    assertTrue(gateway.most() == 2);
    close(holds, passes);
  }
}

package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.penstock.proxy.ConfigRefusedException;
import dev.penstock.testing.Await;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

class HotSwapTest {

  private static String gateway(String tls) {
    return """
        apiVersion: penstock.dev/v1alpha1
        kind: AIGateway
        metadata: {name: default, namespace: ai}
        spec: {tls: {mode: %s}}
        """
        .formatted(tls);
  }

  private static String service(String name, int port, String more) {
    return """
        ---
        apiVersion: penstock.dev/v1alpha1
        kind: AIService
        metadata: {name: %s, namespace: ai}
        spec: {path: /%s, backend: {url: "http://127.0.0.1:%d"}%s}
        """
        .formatted(name, name, port, more);
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  }

  @Test
  void new_routes_serve_at_once_also_on_open_connections_and_removed_ones_are_404()
      throws ConfigRefusedException {
    try (var backend = RawBackend.ok("x");
        var gateway =
            RunningGateway.serving(gateway("Disabled") + service("a", backend.port(), ""));
        var client = new RawClient(gateway.httpPort())) {
      assertEquals(200, client.send(get("/a/")).read().status());
      assertEquals(404, client.send(get("/b/")).read().status());
      gateway.apply(gateway("Disabled") + service("b", backend.port(), ""));
      assertEquals(404, client.send(get("/a/")).read().status());
      assertEquals(200, client.send(get("/b/")).read().status());
    }
  }

  @Test
  void a_request_in_flight_finishes_on_the_config_it_began_with() throws Exception {
    var goOn = new CountDownLatch(1);
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readRequest();
                  connection.send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf");
                  goOn.await();
                  connection.send("done");
                  connection.awaitEnd();
                });
        var gateway =
            RunningGateway.serving(gateway("Disabled") + service("a", backend.port(), ""));
        var client = new RawClient(gateway.httpPort())) {
      client.send(get("/a/")).readUntil("half");
      gateway.apply(gateway("Disabled") + service("b", backend.port(), ""));
      goOn.countDown();
      client.readUntil("done");
      assertEquals("200 none", gateway.awaitLogged(1).outcome());
      // Its backend is not in use any longer, so neither is the connection kept.
      assertEquals(404, client.send(get("/a/")).read().status());
    }
  }

  @Test
  void idle_connections_to_backends_that_are_gone_are_closed_and_others_are_kept()
      throws ConfigRefusedException {
    try (var gone = RawBackend.ok("gone");
        var kept = RawBackend.ok("kept");
        var gateway =
            RunningGateway.serving(
                gateway("Disabled")
                    + service("a", gone.port(), "")
                    + service("b", kept.port(), ""));
        var client = new RawClient(gateway.httpPort())) {
      client.send(get("/a/")).read();
      client.send(get("/b/")).read();
      gateway.apply(gateway("Disabled") + service("b", kept.port(), ", maxBodySize: 1Mi"));
      Await.until("the idle connection is closed", () -> gone.working() == 0);
      assertEquals("kept", client.send(get("/b/")).read().text());
      assertEquals(1, kept.connections());
    }
  }

  @Test
  void a_limit_knows_its_clients_after_the_change() throws ConfigRefusedException {
    String limit = ", rateLimit: {rate: 1r/h, burst: 0}";
    try (var backend = RawBackend.ok("x");
        var gateway =
            RunningGateway.serving(gateway("Disabled") + service("a", backend.port(), limit));
        var client = new RawClient(gateway.httpPort())) {
      assertEquals(200, client.send(get("/a/")).read().status());
      gateway.apply(
          gateway("Disabled") + service("a", backend.port(), limit) + service("b", 1, ""));
      assertEquals(429, client.send(get("/a/")).read().status());
    }
  }

  @Test
  void a_config_that_cannot_be_served_leaves_the_one_that_is() {
    try (var backend = RawBackend.ok("x");
        var gateway =
            RunningGateway.serving(gateway("Disabled") + service("a", backend.port(), ""));
        var client = new RawClient(gateway.httpPort())) {
      assertThrows(
          ConfigRefusedException.class,
          () -> gateway.apply(gateway("Terminate") + service("b", backend.port(), "")));
      assertEquals(200, client.send(get("/a/")).read().status());
      assertEquals(404, client.send(get("/b/")).read().status());
      assertEquals(1, gateway.metric("penstock_config_reloads_total{result=\"failure\"}"));
    }
  }

  @Test
  void new_certificates_are_shown_to_new_connections_and_open_ones_go_on()
      throws ConfigRefusedException, IOException {
    try (var backend = RawBackend.ok("x");
        var gateway =
            RunningGateway.serving(gateway("Terminate") + service("a", backend.port(), ""));
        SSLSocket before = Tls.connect(gateway.httpsPort());
        var client = new RawClient(before)) {
      assertEquals(200, client.send(get("/a/")).read().status());
      // Each call makes another self-signed certificate.
      gateway.apply(gateway("Terminate") + service("a", backend.port(), ""));
      assertEquals(200, client.send(get("/a/")).read().status());
      try (SSLSocket after = Tls.connect(gateway.httpsPort())) {
        assertNotEquals(
            before.getSession().getPeerCertificates()[0],
            after.getSession().getPeerCertificates()[0]);
        assertEquals(200, new RawClient(after).send(get("/a/")).read().status());
      }
    }
  }
}

package dev.penstock.proxy.behaviour;

import static dev.penstock.proxy.behaviour.QueuedGateway.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.penstock.testing.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** However a request ends, the one permit of its service is there for the next. */
class PermitReleaseTest {

  private static final String ONE = "{maxInFlight: 1, queue: {maxDepth: 4, timeout: 20s}}";

  private final QueuedGateway gateway =
      new QueuedGateway(
          ONE, ", maxBodySize: 4Ki, timeouts: {connect: 300ms, firstByte: 400ms, idle: 400ms}");

  @AfterEach
  void close() {
    gateway.close();
  }

  @ParameterizedTest
  @CsvSource({
    "ok, 200 none",
    "half, 200 upstream_truncated",
    "hang, 504 upstream_timeout",
    "stream, 200 upstream_stalled",
    "close, 502 upstream_closed",
    "garbage, 502 upstream_invalid",
  })
  void after_what_a_backend_does(String path, String outcome) {
    try (var _ = gateway.ask("192.0.2.1", path)) {
      assertEquals(outcome, gateway.gateway().awaitLogged(1).outcome());
    }
    gateway.assertFree();
  }

  @Test
  void after_a_client_that_leaves_while_it_waits() {
    try (var holds = gateway.ask("192.0.2.1", "hold")) {
      gateway.awaitServed(1);
      var leaves = gateway.ask("192.0.2.2", "ok?left");
      gateway.awaitWaiting(1);
      leaves.close();
      gateway.awaitWaiting(0);
      gateway.goOn(1);
      assertEquals(200, holds.read().status());
      gateway.assertFree();
      assertFalse(gateway.served().contains("/ok?left"));
      assertEquals(
          1,
          gateway
              .gateway()
              .metric("penstock_queue_requests_total{outcome=\"left\",service=\"ai/s\"}"));
    }
  }

  @Test
  void after_a_client_that_leaves_before_the_first_byte() {
    var leaves = gateway.ask("192.0.2.1", "hold");
    gateway.awaitServed(1);
    leaves.close();
    Await.until("it is free", () -> gateway.gateway().metric(QueuedGateway.IN_FLIGHT) == 0);
    gateway.goOn(1);
    gateway.assertFree();
  }

  @Test
  void after_a_client_that_leaves_in_mid_stream() {
    var leaves = gateway.ask("192.0.2.1", "stream");
    leaves.readUntil("half\r\n");
    leaves.close();
    assertEquals("200 client_closed", gateway.gateway().awaitLogged(1).outcome());
    gateway.assertFree();
  }

  @Test
  void after_a_tunnel() {
    try (var client = gateway.client()) {
      client.send(get("tunnel", "Connection: Upgrade", "Upgrade: websocket"));
      client.readUntil("\r\n\r\n");
      assertEquals(1, gateway.gateway().metric(QueuedGateway.IN_FLIGHT), "as long as it is open");
    }
    gateway.assertFree();
  }

  @Test
  void after_a_body_that_is_too_large() {
    try (var client = gateway.client()) {
      client.send(
          "POST /s/ok HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2000\r\n"
              + "x".repeat(0x2000)
              + "\r\n0\r\n\r\n");
      assertEquals(413, client.read().status());
    }
    gateway.assertFree();
  }

  @Test
  void after_a_body_that_does_not_go_on_or_is_malformed() {
    try (var stalls = gateway.client();
        var malformed = gateway.client()) {
      stalls.send("POST /s/ok HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf");
      assertEquals(408, stalls.read().status());
      malformed.send(
          "POST /s/ok HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n");
      assertEquals(400, malformed.read().status());
    }
    gateway.assertFree();
  }

  @Test
  void after_a_retry_on_a_kept_connection_that_was_dead() {
    try (var client = gateway.client()) {
      assertEquals(200, client.send(get("ok")).read().status());
      // The kept connection is closed by the backend at the next request; so is the fresh one.
      assertEquals(502, client.send(get("close")).read().status());
      assertEquals(List.of("/ok", "/close", "/close"), gateway.served());
    }
    gateway.assertFree();
  }

  @Test
  void after_a_backend_that_refuses() {
    gateway.backend().stopListening();
    for (int i = 0; i < 3; i++) {
      try (var client = gateway.ask("192.0.2.1", "ok")) {
        assertEquals(502, client.read().status());
      }
    }
    Await.until("it is free", () -> gateway.gateway().metric(QueuedGateway.IN_FLIGHT) == 0);
  }

  @Test
  void after_a_backend_that_takes_no_connection() throws IOException {
    try (var full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<Socket> fillers = new ArrayList<>();
      try {
        fill(full, fillers);
        String manifests =
            gateway
                .manifests(ONE, ", timeouts: {connect: 150ms}")
                .replace("127.0.0.1:" + gateway.backend().port(), at(full));
        try (var other = RunningGateway.serving(manifests)) {
          for (int i = 0; i < 2; i++) {
            try (var client = new RawClient(other.httpPort())) {
              assertEquals(504, client.send(get("ok")).read().status());
            }
          }
          assertEquals("504 upstream_connect_timeout", other.awaitLogged(2).outcome());
          Await.until("it is free", () -> other.metric(QueuedGateway.IN_FLIGHT) == 0);
        }
      } finally {
        for (Socket filler : fillers) {
          filler.close();
        }
      }
    }
  }

  private static String at(ServerSocket server) {
    return "127.0.0.1:" + server.getLocalPort();
  }

  /** Fills the backlog, so that the next connection is not answered at all. */
  private static void fill(ServerSocket server, List<Socket> fillers) throws IOException {
    for (int i = 0; i < 3; i++) {
      var filler = new Socket();
      fillers.add(filler);
      try {
        filler.connect(server.getLocalSocketAddress(), 200);
      } catch (java.net.SocketTimeoutException e) {
        return;
      }
    }
  }

  @Test
  void after_the_time_of_the_whole_request() throws Exception {
    gateway.gateway().apply(gateway.manifests(ONE, ", timeouts: {request: 200ms}"));
    try (var client = gateway.ask("192.0.2.1", "hang")) {
      assertEquals(504, client.read().status());
    }
    try (var client = gateway.ask("192.0.2.1", "stream")) {
      assertFalse(client.read().complete());
    }
    gateway.assertFree();
  }

  @Test
  void after_a_drain_cut_off_those_at_the_backend_and_those_that_wait() throws Exception {
    gateway.gateway().apply(gateway.manifests(ONE, ""));
    try (var hangs = gateway.ask("192.0.2.1", "hang")) {
      gateway.awaitServed(1);
      try (var waits = gateway.ask("192.0.2.2", "ok?late")) {
        gateway.awaitWaiting(1);
        gateway.gateway().server().drain();
        assertEquals(503, hangs.read().status());
        assertEquals(503, waits.read().status());
      }
    }
    assertEquals(0, gateway.gateway().metric(QueuedGateway.IN_FLIGHT));
    assertEquals(0, gateway.gateway().metric(QueuedGateway.WAITING));
    assertEquals(List.of("/hang"), gateway.served());
  }

  @Test
  void after_streams_that_http2_clients_reset() throws Exception {
    String manifests =
        gateway.manifests(ONE, "").replace("tls: {mode: Disabled}", "tls: {mode: Terminate}");
    try (var other = RunningGateway.serving(manifests);
        var client = new Http2Client(other.httpsPort())) {
      client.get(1, "/s/hang");
      gateway.awaitServed(1);
      client.get(3, "/s/ok?left");
      Await.until("it waits", () -> other.metric(QueuedGateway.WAITING) == 1);
      client.frame(Http2Client.RST_STREAM, 0, 3, Http2Client.number(Http2Client.CANCEL)).flush();
      Await.until("it left", () -> other.metric(QueuedGateway.WAITING) == 0);
      client.get(5, "/s/ok?next");
      Await.until("it waits", () -> other.metric(QueuedGateway.WAITING) == 1);
      client.frame(Http2Client.RST_STREAM, 0, 1, Http2Client.number(Http2Client.CANCEL)).flush();
      assertEquals("ok", client.answer(5).body());
      assertEquals(List.of("/hang", "/ok?next"), gateway.served());
      Await.until("it is free", () -> other.metric(QueuedGateway.IN_FLIGHT) == 0);
    }
  }

  private boolean served() {
    try (var next = gateway.ask("192.0.2.100", "ok")) {
      return next.read().status() == 200;
    }
  }

  /** Clients that come and go at any moment: grants and departures cross each other. */
  @Test
  void after_many_that_leave_at_random() {
    var random = new java.util.Random(7);
    List<RawClient> open = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      open.add(gateway.ask("192.0.2." + random.nextInt(3), "ok"));
      if (random.nextInt(3) > 0) {
        open.remove(random.nextInt(open.size())).close();
      }
      if (open.size() > 4) {
        open.removeFirst().close();
      }
    }
    open.forEach(RawClient::close);
    // The last of them may not have been accepted yet, and then fill the queue once more.
    Await.until("it serves again", this::served);
    gateway.assertFree();
    assertEquals(1, gateway.most(), "at the backend at once");
    Await.within(
        Duration.ofSeconds(10),
        "all ended",
        () -> gateway.gateway().metric("penstock_requests_in_flight{service=\"ai/s\"}") == 0);
  }
}

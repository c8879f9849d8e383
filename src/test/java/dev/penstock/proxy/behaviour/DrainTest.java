package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.testing.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DrainTest {

  private static final String MANIFESTS =
      """
      apiVersion: penstock.dev/v1alpha1
      kind: AIGateway
      metadata: {name: default, namespace: ai}
      spec: {tls: {mode: %s}, proxy: {drainTimeout: %s}}
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: s, namespace: ai}
      spec: {path: /s, backend: {url: "http://127.0.0.1:%d"}}
      """;

  private static final String GET = "GET /s/ HTTP/1.1\r\nHost: localhost\r\n\r\n";

  private final CountDownLatch goOn = new CountDownLatch(1);

  static Thread drain(RunningGateway gateway) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                gateway.server().drain();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
  }

  static void awaitNotListening(int port) {
    Await.until(
        "listening ends",
        () -> {
          try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return false;
          } catch (IOException e) {
            return true;
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"Disabled", "Terminate"})
  void streams_finish_whole_idle_connections_end_and_nobody_new_is_taken(String tls)
      throws Exception {
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readRequest();
                  connection.send(
                      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
                  goOn.await();
                  connection.send("4\r\ndone\r\n0\r\n\r\n");
                  connection.awaitEnd();
                });
        var gateway = RunningGateway.serving(MANIFESTS.formatted(tls, "20s", backend.port()))) {
      boolean plain = tls.equals("Disabled");
      int port = plain ? gateway.httpPort() : gateway.httpsPort();
      try (var streaming = plain ? new RawClient(port) : new RawClient(Tls.connect(port));
          var idle = plain ? new RawClient(port) : new RawClient(Tls.connect(port))) {
        streaming.send(GET).readUntil("half");
        Await.until("both are open", () -> gateway.server().openConnections() == 2);
        Thread draining = drain(gateway);
        assertTrue(idle.endsWithin(Duration.ofSeconds(5)), "the idle connection ends");
        awaitNotListening(port);
        assertTrue(draining.isAlive(), "it waits for the stream");
        goOn.countDown();
        streaming.readUntil("4\r\ndone\r\n0\r\n\r\n");
        assertTrue(streaming.endsWithin(Duration.ofSeconds(5)));
        streaming.socket().close();
        draining.join();
        assertEquals("200 none", gateway.awaitLogged(1).outcome());
      }
    }
  }

  @Test
  void an_answer_that_begins_while_draining_says_that_the_connection_closes() throws Exception {
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readRequest();
                  goOn.await();
                  connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                  connection.awaitEnd();
                });
        var gateway =
            RunningGateway.serving(MANIFESTS.formatted("Disabled", "20s", backend.port()));
        var client = new RawClient(gateway.httpPort());
        var idle = new RawClient(gateway.httpPort());
        var idleToo = new RawClient(gateway.httpPort())) {
      client.send(GET);
      Await.until("it is at the backend", () -> backend.received().endsWith("\r\n\r\n"));
      Await.until("all are open", () -> gateway.server().openConnections() == 3);
      Thread draining = drain(gateway);
      // One on each event loop: when they end, the loop of the request has heard of it, too.
      assertTrue(idle.endsWithin(Duration.ofSeconds(5)), "an idle connection ends");
      assertTrue(idleToo.endsWithin(Duration.ofSeconds(5)), "an idle connection ends");
      goOn.countDown();
      RawResponse response = client.read();
      assertEquals("ok", response.text());
      assertEquals("close", response.header("connection").orElseThrow());
      client.socket().close();
      draining.join();
    }
  }

  @Test
  void what_takes_longer_than_the_drain_timeout_is_cut_off() throws Exception {
    try (var backend =
            new RawBackend(
                connection -> {
                  String request = connection.readRequest();
                  if (request.contains(" /stream ")) {
                    connection.send(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
                  }
                  connection.awaitEnd();
                });
        var gateway =
            RunningGateway.serving(MANIFESTS.formatted("Disabled", "300ms", backend.port()));
        var streaming = new RawClient(gateway.httpPort());
        var waiting = new RawClient(gateway.httpPort())) {
      streaming.send("GET /s/stream HTTP/1.1\r\nHost: h\r\n\r\n").readUntil("half\r\n");
      waiting.send(GET);
      Await.until("it is at the backend", () -> backend.received().contains("GET / HTTP/1.1"));
      gateway.server().drain();
      assertEquals(503, waiting.read().status());
      assertEquals("", streaming.readBytes(100), "no last chunk");
      Await.until("the backend is let go", () -> backend.working() == 0);
      String log = gateway.closeAndReadLog();
      assertTrue(log.contains("\"status\":503,\"reason\":\"drained\""), log);
      assertTrue(log.contains("\"status\":200,\"reason\":\"drained\""), log);
      assertFalse(log.contains("client_closed"), log);
    }
  }

  @Test
  void nothing_is_taken_after_a_drain() throws InterruptedException {
    try (var gateway = RunningGateway.serving(MANIFESTS.formatted("Disabled", "1s", 1))) {
      int port = gateway.httpPort();
      gateway.server().drain();
      assertThrows(
          IOException.class, () -> new Socket(InetAddress.getLoopbackAddress(), port).close());
    }
  }
}

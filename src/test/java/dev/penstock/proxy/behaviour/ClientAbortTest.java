package dev.penstock.proxy.behaviour;

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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever leaves, whenever: nothing goes on working for him, and it is known that he left. */
class ClientAbortTest {

  private static final String GATEWAY =
      """
      apiVersion: penstock.dev/v1alpha1
      kind: AIGateway
      metadata: {name: default, namespace: ai}
      spec: {tls: {mode: Disabled}}
      ---
      """;

  private static final String MANIFESTS =
      GATEWAY
          + """
          apiVersion: penstock.dev/v1alpha1
          kind: AIService
          metadata: {name: s, namespace: ai}
          spec: {path: /s, backend: {url: "http://127.0.0.1:%d"}, maxBodySize: "0"}
          """;

  /** What a backend is to notice a leave within. */
  private static final Duration AT_ONCE = Duration.ofMillis(500);

  private final CountDownLatch reached = new CountDownLatch(1);

  private RawBackend silentAfter(String answer) {
    return new RawBackend(
        connection -> {
          connection.readHead();
          connection.send(answer);
          reached.countDown();
          connection.awaitEnd();
        });
  }

  private void awaitReached() throws InterruptedException {
    assertEquals(true, reached.await(10, TimeUnit.SECONDS));
  }

  private static void assertGone(RawBackend backend, RunningGateway gateway, String outcome) {
    Await.within(AT_ONCE, "the backend sees its connection end", () -> backend.working() == 0);
    assertEquals(outcome, gateway.awaitLogged(1).outcome());
    assertEquals(0, gateway.metric("penstock_requests_in_flight{service=\"ai/s\"}"));
    assertEquals(
        1,
        gateway.metric(
            "penstock_requests_total{code=\""
                + outcome.substring(0, 3)
                + "\",reason=\"client_closed\",service=\"ai/s\"}"));
  }

  @Test
  void whileTheFirstByteIsAwaited() throws InterruptedException {
    try (var backend = silentAfter("");
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port()))) {
      try (var client = new RawClient(gateway.httpPort())) {
        client.send("GET /s/ HTTP/1.1\r\nHost: h\r\n\r\n");
        awaitReached();
      }
      assertGone(backend, gateway, "499 client_closed");
      assertFalse(gateway.awaitLogged(1).firstByte());
    }
  }

  @Test
  void inMidStream() throws InterruptedException {
    try (var backend =
            silentAfter("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port()))) {
      try (var client = new RawClient(gateway.httpPort())) {
        client.send("GET /s/ HTTP/1.1\r\nHost: h\r\n\r\n").readUntil("3\r\nabc");
        awaitReached();
      }
      assertGone(backend, gateway, "200 client_closed");
      assertEquals(3, gateway.awaitLogged(1).responseBytes());
    }
  }

  @Test
  void inMidStreamWithMuchNotYetRead() {
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readHead();
                  connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
                  for (int i = 0; i < 100; i++) {
                    connection.send("x".repeat(1_000_000));
                    reached.countDown();
                  }
                });
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port()))) {
      try (var client = new RawClient(gateway.httpPort())) {
        client.send("GET /s/ HTTP/1.1\r\nHost: h\r\n\r\n").readUntil("xxx");
      }
      assertGone(backend, gateway, "200 client_closed");
    }
  }

  /**
   * What is left to read and the reset may be seen in one turn: the first must not hide the second.
   */
  @Test
  void byAResetRightBehindTheRequest() throws IOException {
    int clients = 20;
    try (var backend = silentAfter("");
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port()))) {
      List<RawClient> connected = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        connected.add(new RawClient(gateway.httpPort()));
      }
      Await.until("all are accepted", () -> connections(gateway) == clients);
      for (RawClient client : connected) {
        client.socket().setSoLinger(true, 0);
        client.send("GET /s/ HTTP/1.1\r\nHost: h\r\n\r\n").close();
      }
      for (int i = 1; i <= clients; i++) {
        assertEquals("499 client_closed", gateway.awaitLogged(i).outcome());
      }
      Await.within(AT_ONCE, "no connection is open", () -> connections(gateway) == 0);
      Await.within(AT_ONCE, "the backends are let go", () -> backend.working() == 0);
    }
  }

  @Test
  void byAResetBehindBytesThatNobodyWants() throws IOException {
    int clients = 20;
    try (var backend = RawBackend.ok("x");
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port()))) {
      for (int i = 0; i < clients; i++) {
        var client = new RawClient(gateway.httpPort());
        client.send("GET /s/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").read();
        client.socket().setSoLinger(true, 0);
        client.send("more").close();
      }
      Await.within(AT_ONCE, "no connection is open", () -> connections(gateway) == 0);
    }
  }

  private static double connections(RunningGateway gateway) {
    return gateway.metric("penstock_connections{listener=\"http\"}");
  }

  @Test
  void inMidUpload() throws InterruptedException {
    try (var backend = silentAfter("");
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port()))) {
      try (var client = new RawClient(gateway.httpPort())) {
        client.send("POST /s/ HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\nabc");
        Await.until("the first bytes arrive", () -> backend.received().endsWith("abc"));
      }
      assertGone(backend, gateway, "499 client_closed");
      assertEquals(3, gateway.awaitLogged(1).requestBytes());
    }
  }

  @Test
  void inAnUploadThatItsBackendHoldsBack() throws Exception {
    var end = new CountDownLatch(1);
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readHead();
                  reached.countDown();
                  end.await(10, TimeUnit.SECONDS); // reads nothing
                });
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port()))) {
      try (var client = new RawClient(gateway.httpPort())) {
        client.send("POST /s/ HTTP/1.1\r\nHost: h\r\nContent-Length: 100000000\r\n\r\n");
        awaitReached();
        var sent = new AtomicLong();
        Thread.ofVirtual()
            .start(
                () -> {
                  byte[] piece = new byte[1 << 16];
                  try {
                    while (true) {
                      client.socket().getOutputStream().write(piece);
                      sent.addAndGet(piece.length);
                    }
                  } catch (IOException e) {
                    return; // closed below
                  }
                });
        Await.rest("the upload", sent::get);
        // As when its process dies. An orderly end would wait behind what cannot be sent.
        client.socket().setSoLinger(true, 0);
      }
      assertEquals("499 client_closed", gateway.awaitLogged(1).outcome());
      end.countDown();
    }
  }

  @Test
  void whileTheBackendIsConnectedTo() throws IOException {
    try (var full = new FullServer();
        var gateway = RunningGateway.serving(MANIFESTS.formatted(full.port()))) {
      try (var client = new RawClient(gateway.httpPort())) {
        client.send("GET /s/ HTTP/1.1\r\nHost: h\r\n\r\n");
        Await.until(
            "the request is under way",
            () -> gateway.metric("penstock_requests_in_flight{service=\"ai/s\"}") == 1);
      }
      assertEquals("499 client_closed", gateway.awaitLogged(1).outcome());
      assertEquals(0, gateway.metric("penstock_requests_in_flight{service=\"ai/s\"}"));
    }
  }

  /** Takes no connection: its queue is full, so the kernel leaves further ones unanswered. */
  static final class FullServer implements AutoCloseable {

    private final ServerSocket server;
    private final List<Socket> filling = new ArrayList<>();

    FullServer() throws IOException {
      server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      for (int i = 0; i < 2; i++) {
        filling.add(new Socket(server.getInetAddress(), server.getLocalPort()));
      }
    }

    int port() {
      return server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      for (Socket socket : filling) {
        socket.close();
      }
      server.close();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 90_000})
  void whileAuthIsAwaitedAlsoWithABody(int length) throws InterruptedException {
    String manifests =
        GATEWAY
            + """
            apiVersion: penstock.dev/v1alpha1
            kind: AIService
            metadata: {name: s, namespace: ai}
            spec:
              path: /s
              backend: {url: "http://127.0.0.1:%d"}
              auth: {mode: External, external: {url: "http://127.0.0.1:%d/", timeout: 2s}}
            """;
    try (var backend = RawBackend.ok("never");
        var auth = silentAfter("");
        var gateway = RunningGateway.serving(manifests.formatted(backend.port(), auth.port()))) {
      try (var client = new RawClient(gateway.httpPort())) {
        client.send("POST /s/ HTTP/1.1\r\nHost: h\r\nContent-Length: " + length + "\r\n\r\n");
        awaitReached();
        client.send("x".repeat(length));
      }
      Await.within(
          AT_ONCE,
          "nothing is under way",
          () -> gateway.metric("penstock_requests_in_flight{service=\"ai/s\"}") == 0);
      assertEquals("499 client_closed", gateway.awaitLogged(1).outcome());
      Await.until("the auth service is let go", () -> auth.working() == 0);
      assertEquals(0, backend.connections());
    }
  }

  @Test
  void whileTheRequestIsDelayed() {
    String manifests =
        GATEWAY
            + """
            apiVersion: penstock.dev/v1alpha1
            kind: AIService
            metadata: {name: s, namespace: ai}
            spec:
              path: /s
              backend: {url: "http://127.0.0.1:%d"}
              rateLimit: {rate: 5r/s, burst: 5, delay: 0}
            """;
    try (var backend = RawBackend.ok("x");
        var gateway = RunningGateway.serving(manifests.formatted(backend.port()));
        var patient = new RawClient(gateway.httpPort())) {
      assertEquals(200, patient.send("GET /s/a HTTP/1.1\r\nHost: h\r\n\r\n").read().status());
      try (var client = new RawClient(gateway.httpPort())) {
        client.send("GET /s/left HTTP/1.1\r\nHost: h\r\n\r\n");
        Await.until(
            "it waits", () -> gateway.metric("penstock_requests_in_flight{service=\"ai/s\"}") == 1);
      }
      assertEquals("499 client_closed", gateway.awaitLogged(2).outcome());
      // This one waits until behind the one that left.
      assertEquals(200, patient.send("GET /s/b HTTP/1.1\r\nHost: h\r\n\r\n").read().status());
      assertFalse(backend.received().contains("/left"), backend.received());
    }
  }
}

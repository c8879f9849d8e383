package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.testing.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Clients that are still taking an answer when the backend has long given the whole of it. */
class SlowDownloadTest {

  private static final String MANIFESTS =
      """
      apiVersion: penstock.dev/v1alpha1
      kind: AIGateway
      metadata: {name: default, namespace: ai}
      spec: {tls: {mode: Disabled}, proxy: {drainTimeout: 20s}}
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: s, namespace: ai}
      spec: {path: /s, backend: {url: "http://127.0.0.1:%d"}}
      """;

  private static final int RECEIVE_BUFFER = 16 << 10;
  private static final int CLIENTS = 24;

  /** Less than the proxy itself holds of an answer. */
  private static final int STEP = 32 << 10;

  private static RawBackend givingAsMuchAsThePathSays() {
    return new RawBackend(
        connection -> {
          for (String head = connection.readRequest();
              head != null;
              head = connection.readRequest()) {
            int bytes = Integer.parseInt(head.substring("GET /".length(), head.indexOf(" HTTP")));
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + bytes + "\r\n\r\n");
            connection.send("x".repeat(bytes));
          }
        });
  }

  /** Answers around what the sockets hold: some of them lie in part in the proxy, all read. */
  private static List<Integer> sizes() throws IOException {
    int held = heldBySockets();
    List<Integer> sizes = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      sizes.add(Math.max(STEP, held + (i - CLIENTS / 2) * STEP));
    }
    return sizes;
  }

  private static int heldBySockets() throws IOException {
    try (var server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      try (var _ = connected(server.socket().getLocalPort());
          SocketChannel sending = server.accept()) {
        sending.configureBlocking(false);
        var piece = ByteBuffer.allocate(STEP);
        int total = 0;
        for (int sent = sending.write(piece); sent > 0; sent = sending.write(piece.clear())) {
          total += sent;
        }
        return total;
      }
    }
  }

  private static Socket connected(int port) throws IOException {
    var socket = new Socket();
    socket.setReceiveBufferSize(RECEIVE_BUFFER);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return socket;
  }

  private static List<RawClient> asking(RunningGateway gateway, List<Integer> sizes, String fields)
      throws IOException {
    List<RawClient> clients = new ArrayList<>();
    for (int size : sizes) {
      var client = new RawClient(connected(gateway.httpPort()));
      clients.add(client.send("GET /s/" + size + " HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n"));
    }
    return clients;
  }

  private static void assertWhole(List<RawClient> clients, List<Integer> sizes) {
    for (int i = 0; i < sizes.size(); i++) {
      try (RawClient client = clients.get(i)) {
        assertEquals(sizes.get(i), client.read().body().length(), "client " + i);
      }
    }
  }

  @Test
  void who_closes_the_connection_may_take_longer_than_the_end_of_it_does() throws IOException {
    List<Integer> sizes = sizes();
    try (var backend = givingAsMuchAsThePathSays();
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port()))) {
      List<RawClient> clients = asking(gateway, sizes, "Connection: close\r\n");
      gateway.awaitLogged(CLIENTS / 4);
      LockSupport.parkNanos(Duration.ofSeconds(6).toNanos());
      assertWhole(clients, sizes);
    }
  }

  @Test
  void an_answer_that_is_being_taken_outlives_the_start_of_a_drain() throws Exception {
    List<Integer> sizes = sizes();
    try (var backend = givingAsMuchAsThePathSays();
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port()))) {
      List<RawClient> clients = asking(gateway, sizes, "");
      // A connection whose request has not been read yet is an idle one to a drain.
      Await.until(
          "every request is at the backend",
          () -> backend.received().split("GET /", -1).length > CLIENTS);
      gateway.awaitLogged(CLIENTS / 4);
      int port = gateway.httpPort();
      Thread draining = DrainTest.drain(gateway);
      DrainTest.awaitNotListening(port);
      assertWhole(clients, sizes);
      assertTrue(draining.join(Duration.ofSeconds(5)), "what is idle holds nothing up");
    }
  }
}

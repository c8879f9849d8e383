package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.proxy.ConfigRefusedException;
import dev.penstock.testing.Await;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a tunnel flows, and how it ends. */
class TunnelTest {

  private static final long MUCH = 100L << 20;
  private static final long SOME = 24L << 20;
  private static final long ALLOWED = 4L << 20;

  private final CountDownLatch goOn = new CountDownLatch(1);

  private static void takeOver(RawBackend.Connection connection) throws IOException {
    connection.readHead();
    connection.send(UpgradeArena.SWITCHED.formatted("echo/1"));
  }

  private static void takeWebSocket(RawBackend.Connection connection) throws IOException {
    connection.readHead();
    connection.send(UpgradeArena.SWITCHED.formatted("websocket"));
  }

  @Test
  void aClientThatHasSentAllStillGetsTheAnswer() throws IOException {
    try (var arena =
            new UpgradeArena(
                connection -> {
                  takeOver(connection);
                  byte[] all = connection.in().readAllBytes();
                  connection.send("got " + all.length);
                });
        var client = arena.tunnel(UpgradeArena.OTHER)) {
      client.send("12345").socket().shutdownOutput();
      assertEquals("got 5", client.readBytes(100));
      assertEquals("101 none", arena.gateway().awaitLogged(1).outcome());
    }
  }

  @Test
  void aBackendThatHasSentAllStillGetsTheRest() throws IOException {
    var got = new AtomicLong();
    try (var arena =
            new UpgradeArena(
                connection -> {
                  takeOver(connection);
                  connection.send("bye").socket().shutdownOutput();
                  got.set(connection.in().readAllBytes().length);
                });
        var client = arena.tunnel(UpgradeArena.OTHER)) {
      assertEquals("bye", client.readBytes(100));
      client.send("1234").send("567").socket().shutdownOutput();
      assertEquals("101 none", arena.gateway().awaitLogged(1).outcome());
      Await.until("the backend has got all", () -> got.get() == 7);
    }
  }

  @Test
  void aClientThatHasSentAllGetsMuchThoughItReadsSlowly() throws Exception {
    byte[] part = new byte[8 << 20];
    try (var arena =
            new UpgradeArena(
                connection -> {
                  takeOver(connection);
                  assertEquals(0, connection.in().readAllBytes().length);
                  for (int i = 0; i < 3; i++) {
                    // Each time more than sockets hold: the proxy has to wait until there is room.
                    connection.socket().getOutputStream().write(part);
                    goOn.await(200, TimeUnit.MILLISECONDS);
                  }
                });
        var client = arena.tunnel(UpgradeArena.OTHER)) {
      client.socket().shutdownOutput();
      long got = 0;
      var buffer = new byte[1 << 20];
      for (int n = 0; n >= 0; n = client.socket().getInputStream().read(buffer)) {
        got += n;
        goOn.await(5, TimeUnit.MILLISECONDS);
      }
      assertEquals(3L * part.length, got);
      assertEquals("101 none", arena.gateway().awaitLogged(1).outcome());
    }
  }

  @Test
  void aTunnelInWhichNothingMovesEnds() {
    try (var arena =
            new UpgradeArena(
                ", timeouts: {idle: 300ms}",
                connection -> {
                  takeOver(connection);
                  for (int i = 0; i < 4; i++) {
                    // Longer than the timeout in all, shorter between two.
                    assertFalse(goOn.await(120, TimeUnit.MILLISECONDS));
                    connection.send("x");
                  }
                  connection.awaitEnd();
                });
        var client = arena.tunnel(UpgradeArena.OTHER)) {
      assertEquals("xxxx", client.readBytes(100));
      LoggedRequest logged = arena.gateway().awaitLogged(1);
      assertEquals("101 tunnel_idle", logged.outcome());
      assertEquals(4, logged.responseBytes());
      Await.until("the backend is let go", () -> arena.backend().working() == 0);
    }
  }

  @Test
  void aTotalTimeoutCutsATunnelToo() {
    try (var arena = new UpgradeArena(", timeouts: {request: 300ms}", UpgradeArena::echo);
        var client = arena.tunnel(UpgradeArena.OTHER)) {
      assertTrue(client.endsWithin(Duration.ofSeconds(5)));
      assertEquals("101 request_timeout", arena.gateway().awaitLogged(1).outcome());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "the last that it says"})
  void aResetOfOneSideEndsTheOther(String before) throws IOException {
    try (var arena = new UpgradeArena(UpgradeArena::echo)) {
      try (var client = arena.tunnel(UpgradeArena.OTHER)) {
        assertEquals("x", client.send("x").readBytes(1));
        client.socket().setSoLinger(true, 0);
        client.send(before);
      }
      Await.until("the backend is let go", () -> arena.backend().working() == 0);
      assertEquals("101 client_closed", arena.gateway().awaitLogged(1).outcome());
    }
  }

  @Test
  void aBackendThatBreaksOffEndsTheClient() {
    try (var arena =
            new UpgradeArena(
                connection -> {
                  takeOver(connection);
                  connection.in().readNBytes(1);
                  connection.socket().setSoLinger(true, 0);
                });
        var client = arena.tunnel(UpgradeArena.OTHER)) {
      assertTrue(client.send("x").endsWithin(Duration.ofSeconds(5)));
      assertEquals("101 upstream_truncated", arena.gateway().awaitLogged(1).outcome());
    }
  }

  @Test
  void aChangeOfConfigCutsNoTunnel() throws ConfigRefusedException {
    try (var arena = new UpgradeArena(UpgradeArena::echo);
        var client = arena.tunnel(UpgradeArena.OTHER)) {
      assertEquals("a", client.send("a").readBytes(1));
      // The service moves elsewhere, and so its backend is no longer in use.
      arena.gateway().apply(arena.manifests().replace("127.0.0.1", "127.0.0.2"));
      assertEquals("b", client.send("b").readBytes(1));
      arena.gateway().apply(arena.manifests().replace("path: /a", "path: /b"));
      assertEquals("c", client.send("c").readBytes(1));
    }
  }

  private static long used() {
    return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric().usedDirectMemory();
  }

  private static long watchUntilStuck(LongSupplier progress) {
    var most = new AtomicLong(used());
    Await.rest(
        "the writer",
        () -> {
          most.accumulateAndGet(used(), Math::max);
          return progress.getAsLong();
        });
    return most.get();
  }

  private static void write(OutputStream out, AtomicLong written) throws IOException {
    byte[] block = new byte[64 << 10];
    while (written.get() < MUCH) {
      out.write(block);
      written.addAndGet(block.length);
    }
  }

  private static void skip(InputStream in, long bytes) throws IOException {
    in.skipNBytes(bytes);
  }

  @Test
  void aReaderThatStopsHoldsUpTheBackendAndNotTheMemory() throws IOException {
    var written = new AtomicLong();
    try (var arena =
            new UpgradeArena(
                connection -> {
                  takeOver(connection);
                  write(connection.socket().getOutputStream(), written);
                  connection.awaitEnd();
                });
        var socket = new Socket()) {
      socket.setReceiveBufferSize(4096);
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), arena.gateway().httpPort()));
      var client = new RawClient(socket);
      long before = used();
      client.send(UpgradeArena.OTHER).readUntil("\r\n\r\n");
      long most = watchUntilStuck(written::get);
      assertTrue(written.get() < MUCH, "the backend could write all: " + written);
      assertTrue(most - before < ALLOWED, "memory grew by " + (most - before));
      skip(socket.getInputStream(), MUCH);
      assertTrue(used() - before < ALLOWED);
    }
  }

  @Test
  void aBackendThatStopsReadingHoldsUpTheClientAndNotTheMemory() throws IOException {
    var written = new AtomicLong();
    try (var arena =
            new UpgradeArena(
                connection -> {
                  takeOver(connection);
                  goOn.await();
                  skip(connection.socket().getInputStream(), MUCH);
                  connection.send("all");
                });
        var client = arena.tunnel(UpgradeArena.OTHER)) {
      long before = used();
      OutputStream out = client.socket().getOutputStream();
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  write(out, written);
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      long most = watchUntilStuck(written::get);
      assertTrue(written.get() < MUCH, "the client could write all: " + written);
      assertTrue(most - before < ALLOWED, "memory grew by " + (most - before));
      goOn.countDown();
      assertEquals("all", client.readBytes(3));
    }
  }

  @Test
  void aReaderThatIsSlowIsNotIdle() throws Exception {
    try (var arena =
            new UpgradeArena(
                ", timeouts: {idle: 1s}",
                connection -> {
                  takeOver(connection);
                  write(connection.socket().getOutputStream(), new AtomicLong(MUCH - SOME));
                });
        var socket = new Socket()) {
      socket.setReceiveBufferSize(4096);
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), arena.gateway().httpPort()));
      var client = new RawClient(socket);
      client.send(UpgradeArena.OTHER).readUntil("\r\n\r\n");
      long end = System.nanoTime() + Duration.ofMillis(2500).toNanos();
      long read = 0;
      while (System.nanoTime() < end) {
        skip(socket.getInputStream(), 4096);
        read += 4096;
        Thread.sleep(Duration.ofMillis(1)); // as slow as that
      }
      skip(socket.getInputStream(), SOME - read);
      assertEquals(-1, socket.getInputStream().read());
    }
  }

  @Test
  void theEndOfADrainSaysGoodbyeToBothSidesOfAWebSocket() throws Exception {
    try (var arena = new UpgradeArena(UpgradeArena::echo);
        var client = arena.tunnel(UpgradeArena.WEBSOCKET)) {
      client.send(new byte[] {(byte) 0x81, (byte) 0x81, 0, 0, 0, 0, 'x'});
      client.readBytes(7);
      Thread draining = DrainTest.drain(arena.gateway());
      assertEquals("\u0088\u0002\u0003\u00e9", client.readBytes(100));
      client.socket().close();
      draining.join();
      Await.until(
          "the backend was told", () -> arena.backend().received().contains("\u0088\u0082"));
      Await.until("the backend is let go", () -> arena.backend().working() == 0);
      String got = arena.backend().received();
      String close = got.substring(got.length() - 8);
      assertTrue(close.startsWith("\u0088\u0082"), "a masked Close frame");
      assertEquals(3, close.charAt(2) ^ close.charAt(6));
      assertEquals(0xe9, close.charAt(3) ^ close.charAt(7));
      assertEquals("101 drained", arena.gateway().awaitLogged(1).outcome());
    }
  }

  @Test
  void theGoodbyeReachesAClientWithTlsToo() throws Exception {
    try (var arena = new UpgradeArena(UpgradeArena::echo);
        var secure =
            RunningGateway.serving(arena.manifests().replace("tls: {mode: Disabled}, ", ""));
        var client = new RawClient(Tls.connect(secure.httpsPort()))) {
      client.send(UpgradeArena.WEBSOCKET).readUntil("\r\n\r\n");
      Thread draining = DrainTest.drain(secure);
      assertEquals("\u0088\u0002\u0003\u00e9", client.readBytes(100));
      client.socket().close();
      draining.join();
    }
  }

  @Test
  void aFrameUnderWayIsFinishedBeforeTheGoodbye() throws Exception {
    try (var arena =
            new UpgradeArena(
                connection -> {
                  takeWebSocket(connection);
                  connection.send("\u0082\u0004ab");
                  assertEquals(8, connection.in().readNBytes(8).length, "a Close frame");
                  connection.send("cd" + "\u0082\u0004late");
                  connection.awaitEnd();
                });
        var client = arena.tunnel(UpgradeArena.WEBSOCKET)) {
      assertEquals("\u0082\u0004ab", client.readBytes(4));
      Thread draining = DrainTest.drain(arena.gateway());
      assertEquals("cd\u0088\u0002\u0003\u00e9", client.readBytes(100));
      client.socket().close();
      draining.join();
    }
  }

  @Test
  void whoHasSentCloseGetsNoOther() throws Exception {
    try (var arena =
            new UpgradeArena(
                connection -> {
                  takeWebSocket(connection);
                  connection.send("\u0088\u0002\u0003\u00e8");
                  connection.awaitEnd();
                });
        var client = arena.tunnel(UpgradeArena.WEBSOCKET)) {
      assertEquals("\u0088\u0002\u0003\u00e8", client.readBytes(4));
      DrainTest.drain(arena.gateway()).join();
      assertEquals("", client.readBytes(100));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"echo/1", "websocket"})
  void aQuietTunnelEndsEarlyInADrain(String protocol) throws Exception {
    try (var arena = new UpgradeArena(UpgradeArena::echo)) {
      arena.gateway().apply(arena.manifests().replace("drainTimeout: 1s", "drainTimeout: 60s"));
      try (var client = arena.tunnel(UpgradeArena.ASK.formatted(protocol))) {
        Thread draining = DrainTest.drain(arena.gateway());
        String last = client.readBytes(100);
        assertEquals(protocol.equals("echo/1") ? "" : "\u0088\u0002\u0003\u00e9", last);
        client.socket().close();
        draining.join();
        assertEquals("101 drained", arena.gateway().awaitLogged(1).outcome());
      }
    }
  }
}

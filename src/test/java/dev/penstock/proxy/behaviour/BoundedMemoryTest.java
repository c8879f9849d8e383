package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** Whoever does not take what is sent to it is waited for, and the proxy's memory stays flat. */
class BoundedMemoryTest {

  private static final long MUCH = 128L << 20;
  private static final long ALLOWED = 8L << 20;
  private static final byte[] BLOCK = new byte[64 << 10];

  private static long used() {
    return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric().usedDirectMemory();
  }

  private static RunningGateway before(RawBackend backend) {
    return RunningGateway.serving(
        """
        apiVersion: penstock.dev/v1alpha1
        kind: AIGateway
        metadata: {name: default, namespace: ai}
        spec: {tls: {mode: Disabled}}
        ---
        apiVersion: penstock.dev/v1alpha1
        kind: AIService
        metadata: {name: a, namespace: ai}
        spec: {path: /a, maxBodySize: "0", backend: {url: "http://127.0.0.1:%d"}}
        """
            .formatted(backend.port()));
  }

  private static RawClient unwillingClient(int port) throws IOException {
    var socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return new RawClient(socket);
  }

  private static void write(OutputStream out, long bytes, AtomicLong written) throws IOException {
    while (written.get() < bytes) {
      out.write(BLOCK);
      written.addAndGet(BLOCK.length);
    }
    out.flush();
  }

  /** Waits until nothing more goes out for a while; gives the most memory that was in use. */
  private static long watchUntilStuck(LongSupplier progress) throws InterruptedException {
    long most = used();
    long last = -1;
    for (int still = 0; still < 10; still++) {
      long now = progress.getAsLong();
      still = now == last ? still : 0;
      last = now;
      most = Math.max(most, used());
      Thread.sleep(50);
    }
    return most;
  }

  @Test
  void aReaderThatStopsHoldsUpItsBackendAndNotTheProxysMemory() throws Exception {
    var written = new AtomicLong();
    RawBackend.Script script =
        connection -> {
          connection.readRequest();
          connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + MUCH + "\r\n\r\n");
          write(connection.socket().getOutputStream(), MUCH, written);
          connection.awaitEnd();
        };
    try (var backend = new RawBackend(script);
        var gateway = before(backend);
        var client = unwillingClient(gateway.httpPort())) {
      long before = used();
      client.send("GET /a/x HTTP/1.1\r\nHost: h\r\n\r\n");
      assertEquals("HTTP/1.1 200 OK", client.readLine());
      long most = watchUntilStuck(written::get);
      assertTrue(written.get() < MUCH, "the backend could write all: " + written);
      assertTrue(most - before < ALLOWED, "memory grew by " + (most - before));
      while (!client.readLine().isEmpty()) {
        // the rest of the head
      }
      assertEquals(MUCH, count(client.socket().getInputStream(), MUCH));
    }
  }

  private static long count(InputStream in, long upTo) throws IOException {
    long count = 0;
    byte[] into = new byte[64 << 10];
    while (count < upTo) {
      int read = in.read(into);
      if (read < 0) {
        break;
      }
      count += read;
    }
    return count;
  }

  @Test
  void aBackendThatStopsReadingHoldsUpTheClientAndNotTheProxysMemory() throws Exception {
    var written = new AtomicLong();
    RawBackend.Script script =
        connection -> {
          connection.readHead();
          synchronized (written) {
            written.wait();
          }
        };
    try (var backend = new RawBackend(script);
        var gateway = before(backend);
        var client = new RawClient(gateway.httpPort())) {
      long before = used();
      client.send("POST /a/x HTTP/1.1\r\nHost: h\r\nContent-Length: " + MUCH + "\r\n\r\n");
      Thread.ofVirtual().start(() -> writeAll(client, written));
      long most = watchUntilStuck(written::get);
      assertTrue(written.get() < MUCH, "the client could write all: " + written);
      assertTrue(most - before < ALLOWED, "memory grew by " + (most - before));
      synchronized (written) {
        written.notifyAll();
      }
    }
  }

  private static void writeAll(RawClient client, AtomicLong written) {
    try {
      write(client.socket().getOutputStream(), MUCH, written);
    } catch (IOException e) {
      // The test is over.
    }
  }

  @Test
  void pipelinedRequestsWhoseAnswersNobodyTakesAreNotAnswered() throws Exception {
    var written = new AtomicLong();
    byte[] requests =
        "GET /nowhere HTTP/1.1\r\nHost: h\r\n\r\n"
            .repeat(1000)
            .getBytes(StandardCharsets.ISO_8859_1);
    try (var backend = RawBackend.ok("hello");
        var gateway = before(backend);
        var client = unwillingClient(gateway.httpPort())) {
      long before = used();
      Thread.ofVirtual().start(() -> pipeline(client, requests, written));
      long most = watchUntilStuck(written::get);
      assertTrue(written.get() < MUCH, "all requests were read: " + written);
      assertTrue(most - before < ALLOWED, "memory grew by " + (most - before));
      for (int i = 0; i < 10_000; i++) {
        assertEquals(404, client.read().status());
      }
    }
  }

  private static void pipeline(RawClient client, byte[] requests, AtomicLong written) {
    try {
      while (written.get() < MUCH) {
        client.socket().getOutputStream().write(requests);
        written.addAndGet(requests.length);
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  @Test
  void aBodyByteByByteTakesNoMoreThanItsBytes() throws Exception {
    int size = 60_000;
    try (var backend = RawBackend.ok("hello");
        var gateway = before(backend);
        var client = new RawClient(gateway.httpPort())) {
      long before = used();
      client.send("PUT /a/x HTTP/1.1\r\nHost: h\r\nContent-Length: " + size + "\r\n\r\n");
      OutputStream out = client.socket().getOutputStream();
      for (int i = 1; i < size; i++) {
        out.write('x');
      }
      long most = watchUntilStuck(() -> backend.received().length());
      assertTrue(most - before < ALLOWED, "memory grew by " + (most - before));
      out.write('x');
      assertEquals(200, client.read().status());
    }
  }
}

package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.testing.Await;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies of many megabytes, and sides that are slower than the other. */
class BulkTransferTest {

  private static final String MANIFESTS =
      """
      apiVersion: penstock.dev/v1alpha1
      kind: AIGateway
      metadata: {name: default, namespace: ai}
      spec: {tls: {mode: %s}}
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: files, namespace: ai}
      spec: {path: /files, backend: {url: "http://127.0.0.1:%d"}, maxBodySize: "0"}
      """;

  private static final int SIZE = 12 << 20;

  /** More than all kernel buffers on the way hold. */
  private static final int ENDLESS = 64 << 20;

  private static final byte[] PATTERN = new byte[1 << 16];

  static {
    new Random(7).nextBytes(PATTERN);
  }

  private static long write(OutputStream out, int size, AtomicLong sent) throws IOException {
    var crc = new CRC32();
    for (int left = size; left > 0; ) {
      int piece = Math.min(left, PATTERN.length - left % 977);
      out.write(PATTERN, 0, piece);
      crc.update(PATTERN, 0, piece);
      sent.addAndGet(piece);
      left -= piece;
    }
    return crc.getValue();
  }

  private static long read(InputStream in, long size, int pieces) throws IOException {
    var crc = new CRC32();
    byte[] into = new byte[pieces];
    for (long left = size; left > 0; ) {
      int count = in.read(into, 0, (int) Math.min(left, into.length));
      if (count < 0) {
        throw new IOException("ended " + left + " bytes before the end");
      }
      crc.update(into, 0, count);
      left -= count;
    }
    return crc.getValue();
  }

  private static Socket client(RunningGateway gateway, boolean tls) throws IOException {
    return tls ? Tls.connect(gateway.httpsPort()) : new RawClient(gateway.httpPort()).socket();
  }

  private static void request(Socket client, String head) throws IOException {
    client.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String head(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.read());
    }
    return head.toString();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void manyMegabytesComeDownUnchanged(boolean tls) throws IOException {
    var crc = new AtomicLong();
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readRequest();
                  connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + SIZE + "\r\n\r\n");
                  crc.set(write(connection.socket().getOutputStream(), SIZE, new AtomicLong()));
                  connection.awaitEnd();
                });
        var gateway =
            RunningGateway.serving(
                MANIFESTS.formatted(tls ? "Terminate" : "Disabled", backend.port()));
        var client = client(gateway, tls)) {
      request(client, "GET /files/x HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertTrue(head(client.getInputStream()).startsWith("HTTP/1.1 200 "));
      long read = read(client.getInputStream(), SIZE, 100_000);
      Await.until("the backend is done", () -> crc.get() != 0);
      assertEquals(crc.get(), read);
      assertEquals(SIZE, gateway.awaitLogged(1).responseBytes());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void manyMegabytesGoUpUnchangedToABackendThatReadsInFitsAndStarts(boolean tls)
      throws IOException {
    var crc = new AtomicLong();
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.socket().setReceiveBufferSize(32 << 10);
                  connection.readHead();
                  InputStream in = connection.socket().getInputStream();
                  crc.set(read(in, SIZE, 7_001));
                  connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                  connection.awaitEnd();
                });
        var gateway =
            RunningGateway.serving(
                MANIFESTS.formatted(tls ? "Terminate" : "Disabled", backend.port()));
        var client = client(gateway, tls)) {
      request(
          client,
          "POST /files/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + SIZE + "\r\n\r\n");
      long sent = write(client.getOutputStream(), SIZE, new AtomicLong());
      assertTrue(head(client.getInputStream()).startsWith("HTTP/1.1 200 "));
      assertEquals(sent, crc.get());
      assertEquals(SIZE, gateway.awaitLogged(1).requestBytes());
    }
  }

  @Test
  void aChunkedUploadGoesOnAfterEachStopOfItsBackend() throws Exception {
    var received = new AtomicLong();
    var sent = new AtomicLong();
    var goOn = new CountDownLatch(1);
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readHead();
                  goOn.await(); // everything in between fills up and stops
                  received.set(connection.readRequestBodyOfChunks());
                  connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                  connection.awaitEnd();
                });
        var gateway = RunningGateway.serving(MANIFESTS.formatted("Disabled", backend.port()));
        var client = new RawClient(gateway.httpPort())) {
      client.send("POST /files/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
      Thread upload =
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int left = ENDLESS; left > 0; left -= PATTERN.length) {
                      client.send("10000\r\n").send(PATTERN).send("\r\n");
                      sent.addAndGet(PATTERN.length);
                    }
                    client.send("0\r\n\r\n");
                  });
      assertTrue(Await.rest("the upload", sent::get) < ENDLESS, "the upload was not held back");
      goOn.countDown();
      assertEquals(200, client.read().status());
      upload.join();
      assertEquals(ENDLESS, received.get());
    }
  }

  @Test
  void clientsThatDoNotReadHoldTheirBackendsBackAndCostLittleMemory() throws IOException {
    int clients = 8;
    var sent = new AtomicLong();
    long before = directMemory();
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.socket().setSendBufferSize(64 << 10);
                  connection.readRequest();
                  connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + ENDLESS + "\r\n\r\n");
                  write(connection.socket().getOutputStream(), ENDLESS, sent);
                });
        var gateway = RunningGateway.serving(MANIFESTS.formatted("Disabled", backend.port()))) {
      List<RawClient> open = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        open.add(
            new RawClient(gateway.httpPort()).send("GET /files/x HTTP/1.1\r\nHost: h\r\n\r\n"));
      }
      long stopped = Await.rest("the download", sent::get);
      assertTrue(stopped < (long) clients * ENDLESS / 2, "sent " + stopped);
      assertFlat(before, clients);
      open.forEach(RawClient::close);
      Await.until("the backends are let go", () -> backend.working() == 0);
    }
  }

  @Test
  void backendsThatDoNotReadHoldTheirClientsBackAndCostLittleMemory() throws Exception {
    int clients = 8;
    var sent = new AtomicLong();
    var end = new CountDownLatch(1);
    long before = directMemory();
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readHead();
                  end.await();
                });
        var gateway = RunningGateway.serving(MANIFESTS.formatted("Disabled", backend.port()))) {
      List<RawClient> open = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        var client = new RawClient(gateway.httpPort());
        open.add(client);
        client.socket().setSendBufferSize(64 << 10);
        client.send("POST /files/x HTTP/1.1\r\nHost: h\r\nContent-Length: " + ENDLESS + "\r\n\r\n");
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    write(client.socket().getOutputStream(), ENDLESS, sent);
                  } catch (IOException e) {
                    return; // closed below
                  }
                });
      }
      long stopped = Await.rest("the upload", sent::get);
      assertTrue(stopped < (long) clients * ENDLESS / 2, "sent " + stopped);
      assertFlat(before, clients);
      end.countDown();
      open.forEach(RawClient::close);
    }
  }

  private static void assertFlat(long before, int clients) {
    long more = directMemory() - before;
    // 64 KiB wait to be written and one read of at most 64 KiB more; the rest is the allocator's.
    assertTrue(more < clients * (512L << 10) + (8 << 20), "direct memory grew by " + more);
  }

  private static long directMemory() {
    return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric().usedDirectMemory();
  }

  @Test
  void aConnectionThatWasHeldBackIsReadFromAgainForItsNextRequest() throws IOException {
    var sent = new AtomicLong();
    try (var backend =
            new RawBackend(
                connection -> {
                  while (connection.readRequest() != null) {
                    connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + ENDLESS + "\r\n\r\n");
                    write(connection.socket().getOutputStream(), ENDLESS, sent);
                  }
                });
        var gateway = RunningGateway.serving(MANIFESTS.formatted("Disabled", backend.port()));
        var client = new RawClient(gateway.httpPort())) {
      for (int i = 0; i < 2; i++) {
        sent.set(0);
        client.send("GET /files/x HTTP/1.1\r\nHost: h\r\n\r\n");
        assertTrue(Await.rest("the download", sent::get) < ENDLESS);
        InputStream in = client.socket().getInputStream();
        assertTrue(head(in).startsWith("HTTP/1.1 200 "));
        read(in, ENDLESS, 1 << 16);
      }
      assertEquals(1, backend.connections());
    }
  }
}

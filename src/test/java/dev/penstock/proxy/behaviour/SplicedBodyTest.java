package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.proxy.io.SocketIo;
import dev.penstock.testing.Await;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/**
 * Large bodies between plain sockets stay in the kernel, in pipes; whatever happens in the middle
 * of one looks as if they did not.
 */
class SplicedBodyTest {

  private static final String MANIFESTS =
      """
      apiVersion: penstock.dev/v1alpha1
      kind: AIGateway
      metadata: {name: default, namespace: ai}
      spec: {tls: {mode: Disabled}}
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: files, namespace: ai}
      spec:
        path: /files
        backend: {url: "http://127.0.0.1:%d"}
        maxBodySize: "0"
        timeouts: {idle: %s}
        concurrency: {maxInFlight: 1}
      """;

  private static final String GET = "GET /files/x HTTP/1.1\r\nHost: h\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: ";

  /** More than all kernel buffers on the way hold. */
  private static final int SIZE = 48 << 20;

  /** Of pipes, open during a transfer; without epoll bodies pass through the process. */
  private static final int ENDS = SocketIo.ofThisSystem() == SocketIo.NIO ? 0 : 2;

  private static final byte[] BODY = new byte[SIZE];
  private static final long CRC;

  static {
    new Random(11).nextBytes(BODY);
    var crc = new CRC32();
    crc.update(BODY);
    CRC = crc.getValue();
  }

  private final AtomicLong sent = new AtomicLong();

  private static RunningGateway gateway(RawBackend backend) {
    return gateway(backend, "60s");
  }

  private static RunningGateway gateway(RawBackend backend, String idle) {
    return RunningGateway.serving(MANIFESTS.formatted(backend.port(), idle));
  }

  private static String post(int size) {
    return "POST /files/x HTTP/1.1\r\nHost: h\r\nContent-Length: " + size + "\r\n\r\n";
  }

  private void send(OutputStream out, int from, int to) throws IOException {
    for (int at = from; at < to; at += 1 << 16) {
      int piece = Math.min(1 << 16, to - at);
      out.write(BODY, at, piece);
      sent.addAndGet(piece);
    }
  }

  private void sendAll(RawBackend.Connection connection) throws IOException {
    connection.send(OK + SIZE + "\r\n\r\n");
    send(connection.socket().getOutputStream(), 0, SIZE);
  }

  private void sendHalf(RawBackend.Connection connection) throws IOException {
    connection.send(OK + SIZE + "\r\n\r\n");
    send(connection.socket().getOutputStream(), 0, SIZE / 2);
  }

  private static void awaitEnd(RawBackend backend, long pipesBefore) {
    Await.until("the backend is let go", () -> backend.working() == 0);
    Await.until("the pipe is closed", () -> pipes() == pipesBefore);
  }

  private static long crc(InputStream in) throws IOException {
    var crc = new CRC32();
    byte[] into = new byte[50_000];
    for (int left = SIZE; left > 0; ) {
      int count = in.read(into, 0, Math.min(left, into.length));
      if (count < 0) {
        throw new IOException("ended " + left + " bytes before the end");
      }
      crc.update(into, 0, count);
      left -= count;
    }
    return crc.getValue();
  }

  private static long pipes() {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.filter(SplicedBodyTest::isPipe).count();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean isPipe(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("pipe:");
    } catch (IOException e) {
      return false; // closed meanwhile
    }
  }

  private void awaitStop() {
    assertTrue(Await.rest("the transfer", sent::get) < SIZE, "nothing was held back");
  }

  /** Whatever has happened, the next request of another client is served as if it had not. */
  private static void assertServes(RunningGateway gateway) throws IOException {
    try (var client = new RawClient(gateway.httpPort())) {
      client.send(GET);
      assertTrue(client.readUntil("\r\n\r\n").startsWith("HTTP/1.1 200 "));
      assertEquals(CRC, crc(client.socket().getInputStream()));
    }
  }

  @Test
  void anAnswerPassesThroughAPipeThatIsClosedBehindIt() throws IOException {
    long before = pipes();
    try (var backend = new RawBackend(this::serve);
        var gateway = gateway(backend);
        var client = new RawClient(gateway.httpPort())) {
      client.send(GET);
      awaitStop();
      assertEquals(before + ENDS, pipes());
      client.readUntil("\r\n\r\n");
      assertEquals(CRC, crc(client.socket().getInputStream()));
      Await.until("the pipe is closed", () -> pipes() == before);
      assertEquals(SIZE, gateway.awaitLogged(1).responseBytes());
    }
  }

  @Test
  void anUploadPassesThroughAPipeThatIsClosedBehindIt() throws Exception {
    long before = pipes();
    var goOn = new CountDownLatch(1);
    var crc = new AtomicLong();
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readHead();
                  goOn.await();
                  crc.set(crc(connection.socket().getInputStream()));
                  connection.send(OK + "0\r\n\r\n").awaitEnd();
                });
        var gateway = gateway(backend);
        var client = new RawClient(gateway.httpPort())) {
      Thread upload = upload(client, SIZE);
      awaitStop();
      assertEquals(before + ENDS, pipes());
      goOn.countDown();
      assertEquals(200, client.read().status());
      upload.join();
      assertEquals(CRC, crc.get());
      Await.until("the pipe is closed", () -> pipes() == before);
      assertEquals(SIZE, gateway.awaitLogged(1).requestBytes());
    }
  }

  private Thread upload(RawClient client, int to) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                client.send(post(SIZE));
                send(client.socket().getOutputStream(), 0, to);
              } catch (IOException e) {
                return; // broken off, as the test wants
              }
            });
  }

  /** Answers each request with the body, after its own has been read over. */
  private void serve(RawBackend.Connection connection) throws IOException {
    for (String head = connection.readHead(); head != null; head = connection.readHead()) {
      if (head.startsWith("POST")) {
        assertEquals(CRC, crc(connection.socket().getInputStream()));
      }
      sendAll(connection);
    }
  }

  @Test
  void bothConnectionsServeTheNextRequestWhetherItIsSentAtOnceOrLater() throws IOException {
    try (var backend = new RawBackend(this::serve);
        var gateway = gateway(backend);
        var client = new RawClient(gateway.httpPort())) {
      var in = client.socket().getInputStream();
      client.send(post(SIZE));
      send(client.socket().getOutputStream(), 0, SIZE);
      client.send(GET); // right behind the body
      for (int i = 0; i < 2; i++) {
        assertTrue(client.readUntil("\r\n\r\n").startsWith("HTTP/1.1 200 "));
        assertEquals(CRC, crc(in));
      }
      client.send(GET);
      assertTrue(client.readUntil("\r\n\r\n").startsWith("HTTP/1.1 200 "));
      assertEquals(CRC, crc(in));
      assertEquals(1, backend.connections());
    }
  }

  @Test
  void aBackendThatSendsAllAndClosesIsReadToItsEnd() throws IOException {
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readHead();
                  sendAll(connection); // and the end at once
                });
        var gateway = gateway(backend);
        var client = new RawClient(gateway.httpPort())) {
      client.send(GET);
      awaitStop();
      client.readUntil("\r\n\r\n");
      assertEquals(CRC, crc(client.socket().getInputStream()));
      assertEquals("200 none", gateway.awaitLogged(1).outcome());
    }
  }

  @Test
  void aClientThatLeavesInTheMiddleOfAnAnswerEndsItsBackendsWork() throws IOException {
    long before = pipes();
    try (var backend = new RawBackend(this::serve);
        var gateway = gateway(backend)) {
      try (var client = new RawClient(gateway.httpPort())) {
        client.send(GET);
        awaitStop();
      }
      awaitEnd(backend, before);
      LoggedRequest logged = gateway.awaitLogged(1);
      assertEquals("client_closed", logged.reason());
      assertTrue(logged.responseBytes() < SIZE);
      assertServes(gateway); // of one at a time: the permit is free
    }
  }

  @Test
  void aClientThatLeavesInTheMiddleOfAnUploadEndsItsBackendsWork() throws IOException {
    long before = pipes();
    try (var backend = new RawBackend(this::serve);
        var gateway = gateway(backend)) {
      try (var client = new RawClient(gateway.httpPort())) {
        client.send(post(SIZE));
        send(client.socket().getOutputStream(), 0, SIZE / 2);
      }
      awaitEnd(backend, before);
      assertEquals("499 client_closed", gateway.awaitLogged(1).outcome());
      assertServes(gateway);
    }
  }

  @Test
  void aBackendThatLeavesInTheMiddleOfItsAnswerLeavesItBroken() throws IOException {
    long before = pipes();
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readHead();
                  sendHalf(connection);
                });
        var gateway = gateway(backend);
        var client = new RawClient(gateway.httpPort())) {
      RawResponse answer = client.send(GET).read();
      assertFalse(answer.complete());
      String half = new String(BODY, 0, answer.body().length(), StandardCharsets.ISO_8859_1);
      assertTrue(half.equals(answer.body()), "what did arrive is not what was sent");
      assertEquals("200 upstream_truncated", gateway.awaitLogged(1).outcome());
      Await.until("the pipe is closed", () -> pipes() == before);
    }
  }

  @Test
  void aBackendThatLeavesInTheMiddleOfAnUploadIsABadGateway() throws IOException {
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readHead();
                  connection.in().skipNBytes(SIZE / 2);
                });
        var gateway = gateway(backend);
        var client = new RawClient(gateway.httpPort())) {
      upload(client, SIZE);
      assertEquals(502, client.read().status());
      assertEquals("502 upstream_closed", gateway.awaitLogged(1).outcome());
    }
  }

  @Test
  void anAnswerThatComesBeforeTheEndOfAnUploadArrives() throws IOException {
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readHead();
                  connection.in().skipNBytes(SIZE / 2);
                  connection.send("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno");
                  connection.awaitEnd();
                });
        var gateway = gateway(backend);
        var client = new RawClient(gateway.httpPort())) {
      upload(client, SIZE);
      RawResponse answer = client.read();
      assertEquals("403 no", answer.status() + " " + answer.body());
    }
  }

  @Test
  void aBackendThatStopsInTheMiddleOfItsAnswerIsGivenUp() throws IOException {
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readHead();
                  sendHalf(connection);
                  connection.awaitEnd();
                });
        var gateway = gateway(backend, "500ms");
        var client = new RawClient(gateway.httpPort())) {
      RawResponse answer = client.send(GET).read();
      assertFalse(answer.complete());
      assertEquals(SIZE / 2, answer.body().length());
      assertEquals("200 upstream_stalled", gateway.awaitLogged(1).outcome());
      Await.until("the backend is let go", () -> backend.working() == 0);
    }
  }

  @Test
  void aClientThatStopsInTheMiddleOfItsUploadIsTimedOut() throws IOException {
    try (var backend = new RawBackend(this::serve);
        var gateway = gateway(backend, "500ms");
        var client = new RawClient(gateway.httpPort())) {
      client.send(post(SIZE));
      send(client.socket().getOutputStream(), 0, SIZE / 2);
      assertEquals(408, client.read().status());
      assertEquals("408 body_timeout", gateway.awaitLogged(1).outcome());
      Await.until("the backend is let go", () -> backend.working() == 0);
    }
  }
}

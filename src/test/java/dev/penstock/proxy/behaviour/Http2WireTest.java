package dev.penstock.proxy.behaviour;

import static dev.penstock.proxy.behaviour.Http2Client.DATA;
import static dev.penstock.proxy.behaviour.Http2Client.END_HEADERS;
import static dev.penstock.proxy.behaviour.Http2Client.END_STREAM;
import static dev.penstock.proxy.behaviour.Http2Client.GOAWAY;
import static dev.penstock.proxy.behaviour.Http2Client.HEADERS;
import static dev.penstock.proxy.behaviour.Http2Client.RST_STREAM;
import static dev.penstock.proxy.behaviour.Http2Client.SETTINGS;
import static dev.penstock.proxy.behaviour.Http2Client.WINDOW_UPDATE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.proxy.behaviour.Http2Client.Answer;
import dev.penstock.proxy.behaviour.Http2Client.Frame;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What of an exchange shows only in the frames. */
class Http2WireTest {

  private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

  @Test
  void theSettingsTellTheLimitsOfTheGateway() throws Exception {
    try (var backend = RawBackend.ok("hello");
        var gateway =
            RunningGateway.serving(Http2Manifests.serving(backend, "maxStreamsPerConnection: 7"));
        var client = new Http2Client(gateway.httpsPort())) {
      Frame settings = client.await(SETTINGS);
      assertEquals(7, setting(settings, 3));
      assertEquals(65_536, setting(settings, 4));
      assertEquals((32 + 8) * 1024, setting(settings, 6));
      Frame window = client.await(WINDOW_UPDATE);
      assertEquals(0, window.stream());
      // All streams at their limit leave one of them its window.
      assertEquals(8 * 65_536 - 65_535, window.errorCode());
    }
  }

  private static int setting(Frame settings, int id) {
    for (int at = 0; at < settings.payload().limit(); at += 6) {
      if (settings.payload().getShort(at) == id) {
        return settings.payload().getInt(at + 2);
      }
    }
    return -1;
  }

  @Test
  void trailersPassBothWaysButNoCredentials() throws Exception {
    String sent = "4\r\nbody\r\n0\r\nx-checksum: 2\r\n\r\n";
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readHead();
                  connection.in().readNBytes(sent.length());
                  connection.send(
                      CHUNKED
                          + "2\r\nok\r\n0\r\nX-Sum: 1\r\nConnection: x\r\nX-Accel-A: /\r\n\r\n");
                });
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = new Http2Client(gateway.httpsPort())) {
      client.post(1, "/").data(1, "body", false);
      client
          .frame(
              HEADERS,
              END_HEADERS | END_STREAM,
              1,
              Http2Client.block(
                  "x-checksum", "2", "x-api-key", "k", "host", "evil", "x_real_ip", "1"))
          .flush();
      Answer answer = client.answer(1);
      assertEquals("ok", answer.body());
      assertEquals("1", answer.header("x-sum"));
      assertNull(answer.header("connection"));
      assertNull(answer.header("x-accel-a"));
      assertTrue(backend.received().endsWith("\r\n\r\n" + sent), backend.received());
    }
  }

  @Test
  void anInterimResponsePasses() throws Exception {
    try (var backend =
            RawBackend.answering(
                "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                    + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = new Http2Client(gateway.httpsPort())) {
      Answer answer = client.get(1, "/").answer(1);
      assertEquals(2, answer.heads().size());
      assertEquals("103", answer.heads().getFirst().status().toString());
      assertEquals("</a>", answer.header("link"));
      assertEquals(200, answer.status());
    }
  }

  @Test
  void aClientThatExpectsContinueGetsItOnceTheBackendIsThere() throws Exception {
    try (var backend = RawBackend.ok("hello");
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = new Http2Client(gateway.httpsPort())) {
      client.post(1, "/", "expect", "100-continue", "content-length", "4");
      Frame interim = client.await(HEADERS);
      assertEquals("100", client.decode(interim).status().toString());
      assertEquals("hello", client.data(1, "body", true).answer(1).body());
      assertFalse(backend.received().contains("xpect"), backend.received());
    }
  }

  @Test
  void crumbsOfCookiesBecomeOneField() throws Exception {
    try (var backend = RawBackend.ok("hello");
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = new Http2Client(gateway.httpsPort())) {
      client
          .get(1, "/", "cookie", "a=1", "x-own", "1", "cookie", "b=2", "te", "trailers")
          .answer(1);
      String sent = backend.received();
      assertTrue(sent.contains("\r\ncookie: a=1; b=2\r\n"), sent);
      assertFalse(sent.contains("\r\nte:"), sent);
      assertFalse(sent.contains("ransfer-"), sent);
    }
  }

  @Test
  void aBodyOfUnknownLengthGoesUpChunked() throws Exception {
    try (var backend = RawBackend.ok("hello");
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = new Http2Client(gateway.httpsPort())) {
      client.post(1, "/").data(1, "one", false).data(1, "", true);
      assertEquals("hello", client.answer(1).body());
      assertTrue(backend.received().endsWith("\r\n\r\n3\r\none\r\n0\r\n\r\n"), backend.received());
    }
  }

  @Test
  void aResetByTheClientEndsTheBackendsWorkAtOnce() throws Exception {
    var ended = new CountDownLatch(1);
    var asked = new CountDownLatch(1);
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readRequest();
                  asked.countDown();
                  connection.awaitEnd();
                  ended.countDown();
                });
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = new Http2Client(gateway.httpsPort())) {
      client.get(1, "/");
      assertTrue(asked.await(10, TimeUnit.SECONDS));
      client.frame(RST_STREAM, 0, 1, Http2Client.number(Http2Client.CANCEL)).flush();
      assertTrue(ended.await(10, TimeUnit.SECONDS));
      assertTrue(gateway.closeAndReadLog().contains("\"status\":499,\"reason\":\"client_closed\""));
    }
  }

  @Test
  void anAnswerBeforeTheEndOfALongRequestIsFollowedByAResetWithoutError() throws Exception {
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readHead();
                  connection.send("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno");
                  connection.awaitEnd();
                });
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = new Http2Client(gateway.httpsPort())) {
      client.post(1, "/", "content-length", "1000000");
      Answer answer = client.answer(1);
      assertEquals(401, answer.status());
      assertEquals("no", answer.body());
      assertEquals(Http2Client.NO_ERROR, client.await(RST_STREAM).errorCode());
      // What was on its way is read over, and the connection serves on.
      client.data(1, "late", false).get(3, "/nowhere/../x");
      assertEquals(401, client.answer(3).status());
    }
  }

  @Test
  void theResetDoesNotComeWithTheAnswer() throws Exception {
    try (var backend = RawBackend.ok("ok");
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = new Http2Client(gateway.httpsPort())) {
      client.post(1, "/", "content-length", "30000000");
      assertEquals(413, client.answer(1).status());
      // A client that reads both at once would take the answer for one that was cut off.
      client.data(1, "x".repeat(16_000), false).get(3, "/");
      Frame next = client.await(frame -> frame.type() == HEADERS || frame.type() == RST_STREAM);
      assertEquals(HEADERS, next.type());
      Frame reset = client.await(RST_STREAM);
      assertEquals(1, reset.stream());
      assertEquals(Http2Client.NO_ERROR, reset.errorCode());
    }
  }

  @Test
  void theRestOfAShortRequestIsReadOver() throws Exception {
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readHead();
                  connection.send("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno");
                  connection.awaitEnd();
                });
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = new Http2Client(gateway.httpsPort())) {
      client.post(1, "/", "content-length", "8");
      assertEquals(401, client.answer(1).status());
      client.data(1, "late", false).data(1, "last", true).get(3, "/");
      Frame next = client.await(frame -> frame.type() == HEADERS || frame.type() == RST_STREAM);
      assertEquals(HEADERS, next.type());
      assertEquals(3, next.stream());
    }
  }

  @Test
  void aBackendThatTakesNothingHoldsUpTheClient() throws Exception {
    var release = new CompletableFuture<Void>();
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readHead();
                  release.get(30, TimeUnit.SECONDS);
                  connection.in().readNBytes(10_000_000);
                  connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                });
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = new Http2Client(gateway.httpsPort())) {
      client.post(1, "/", "content-length", "10000000");
      long sent = 0;
      long window = 65_535;
      // Sockets hold megabytes; the proxy itself no more than its window.
      while (sent < 10_000_000) {
        if (window < 16_384) {
          if (!release.isDone() && sent > 6_000_000) {
            release.complete(null);
          }
          Frame update = readWithin(client, release);
          window += update == null ? 0 : update.errorCode();
          continue;
        }
        int size = (int) Math.min(16_384, 10_000_000 - sent);
        client.frame(DATA, sent + size == 10_000_000 ? END_STREAM : 0, 1, new byte[size]).flush();
        sent += size;

        window -= size;
      }
      assertEquals("ok", client.answer(1).body());
    }
  }

  /** The next window for stream 1; lets the backend read once nothing comes for a second. */
  private static Frame readWithin(Http2Client client, CompletableFuture<Void> release)
      throws Exception {
    CompletableFuture<Void> timer =
        CompletableFuture.runAsync(
            () -> release.complete(null), CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS));
    Frame update = client.await(frame -> frame.type() == WINDOW_UPDATE && frame.stream() == 1);
    timer.cancel(false);
    return update;
  }

  @Test
  void aClientThatTakesNothingHoldsUpTheBackend() throws Exception {
    var taken = new AtomicLong();
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readRequest();
                  connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
                  byte[] block = new byte[100_000];
                  for (int i = 0; i < 1000; i++) {
                    connection.socket().getOutputStream().write(block);
                    taken.addAndGet(block.length);
                  }
                });
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend, "idleTimeout: 2s"));
        var client = new Http2Client(gateway.httpsPort(), 4, 0)) {
      client.get(1, "/");
      assertEquals("200", client.decode(client.await(HEADERS)).status().toString());
      // The stall ends it: what the sockets took until then is all that there is.
      Frame reset = client.await(RST_STREAM);
      assertEquals(Http2Client.INTERNAL_ERROR, reset.errorCode());
      assertTrue(taken.get() < 20_000_000, () -> "taken: " + taken);
      assertTrue(gateway.closeAndReadLog().contains("\"reason\":\"client_stalled\""));
    }
  }

  @Test
  void anAnswerThatIsWholeButNotTakenIsGivenUp() throws Exception {
    try (var backend = RawBackend.ok("hello");
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend, "idleTimeout: 1s"));
        var client = new Http2Client(gateway.httpsPort(), 4, 0)) {
      client.get(1, "/");
      assertEquals(Http2Client.CANCEL, client.await(RST_STREAM).errorCode());
    }
  }

  @Test
  void aSmallWindowLetsTheAnswerComeBitByBit() throws Exception {
    try (var backend = RawBackend.ok("hello");
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = new Http2Client(gateway.httpsPort(), 4, 2)) {
      client.get(1, "/");
      assertEquals("he", client.await(DATA).text());
      client.frame(WINDOW_UPDATE, 0, 1, Http2Client.number(2)).flush();
      assertEquals("ll", client.await(DATA).text());
      client.frame(WINDOW_UPDATE, 0, 1, Http2Client.number(2)).flush();
      Frame last = client.await(DATA);
      assertEquals("o", last.text());
      assertTrue(last.ends());
    }
  }

  @Test
  void aDrainTellsTheClientTwiceAndLetsRequestsOnTheirWayIn() throws Exception {
    var finish = new CountDownLatch(1);
    try (var backend =
            new RawBackend(
                connection -> {
                  while (connection.readRequest() != null) {
                    finish.await(20, TimeUnit.SECONDS);
                    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                  }
                });
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = new Http2Client(gateway.httpsPort())) {
      client.get(1, "/");
      client.await(frame -> frame.type() == SETTINGS && frame.flags() == Http2Client.ACK);
      Thread drain =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      gateway.server().drain();
                    } catch (InterruptedException e) {
                      throw new AssertionError(e);
                    }
                  });
      Frame first = client.await(GOAWAY);
      assertEquals(Integer.MAX_VALUE, first.lastStream());
      assertEquals(Http2Client.NO_ERROR, first.errorCode());
      Frame ping = client.await(Http2Client.PING);
      client.get(3, "/");
      client.frame(Http2Client.PING, Http2Client.ACK, 0, bytes(ping)).flush();
      Frame second = client.await(GOAWAY);
      assertEquals(3, second.lastStream());
      finish.countDown();
      assertTrue(client.await(frame -> frame.ends() && frame.type() == DATA).text().endsWith("ok"));
      assertTrue(client.await(frame -> frame.ends() && frame.type() == DATA).text().endsWith("ok"));
      drain.join(TimeUnit.SECONDS.toMillis(10));
      assertNull(client.read());
    }
  }

  private static byte[] bytes(Frame frame) {
    byte[] bytes = new byte[frame.payload().remaining()];
    frame.payload().duplicate().get(bytes);
    return bytes;
  }

  @Test
  void aConnectionWithoutRequestsIsEnded() throws Exception {
    try (var backend = RawBackend.ok("hello");
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend, "idleTimeout: 1s"));
        var client = new Http2Client(gateway.httpsPort())) {
      assertEquals(200, client.get(1, "/").answer(1).status());
      Frame bye = client.await(GOAWAY);
      assertEquals(Http2Client.NO_ERROR, bye.errorCode());
      assertEquals(1, bye.lastStream());
      assertNull(client.read());
    }
  }
}

package dev.penstock.proxy.behaviour;

import static dev.penstock.proxy.behaviour.Http2Client.DATA;
import static dev.penstock.proxy.behaviour.Http2Client.END_HEADERS;
import static dev.penstock.proxy.behaviour.Http2Client.END_STREAM;
import static dev.penstock.proxy.behaviour.Http2Client.HEADERS;
import static dev.penstock.proxy.behaviour.Http2Client.RST_STREAM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.proxy.behaviour.Http2Client.Answer;
import dev.penstock.proxy.behaviour.Http2Client.Frame;
import dev.penstock.proxy.overload.MemoryGauge;
import dev.penstock.testing.Await;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Bodies of HTTP/2 requests that come before there is a backend for them, or after its answer. */
class Http2BodyTest {

  private static final byte[] NOTHING = new byte[0];
  private static final byte[] HEAD = Http2Client.block(Http2Client.request("POST", "/q"));
  private static final byte[] TRAILERS = Http2Client.block("x-sum", "1");
  private static final String WAITING = "penstock_queue_waiting{service=\"ai/q\"}";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  /** One request at a time at {@code /q}, as many as come elsewhere. */
  private static String queued(RawBackend backend) {
    return """
        apiVersion: penstock.dev/v1alpha1
        kind: AIGateway
        metadata: {name: default, namespace: ai}
        spec: {}
        ---
        apiVersion: penstock.dev/v1alpha1
        kind: AIService
        metadata: {name: q, namespace: ai}
        spec:
          path: /q
          backend: {url: "http://127.0.0.1:%1$d"}
          concurrency: {maxInFlight: 1, queue: {maxDepth: 100, timeout: 20s}}
          timeouts: {firstByte: 1s, idle: 5s}
        ---
        apiVersion: penstock.dev/v1alpha1
        kind: AIService
        metadata: {name: other, namespace: ai}
        spec: {path: /other, backend: {url: "http://127.0.0.1:%1$d"}, timeouts: {idle: 5s}}
        """
        .formatted(backend.port());
  }

  /** Answers, and at {@code /hold} begins to, and ends when it may. */
  private static RawBackend holding(CountDownLatch goOn) {
    return new RawBackend(
        connection -> {
          for (String request = connection.readRequest();
              request != null;
              request = connection.readRequest()) {
            if (request.contains(" /hold ")) {
              connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no");
              goOn.await(20, TimeUnit.SECONDS);
              connection.send("k");
            } else {
              connection.send(OK);
            }
          }
        });
  }

  /** Takes the one permit of {@code /q} with stream 1. */
  private static void hold(Http2Client client) throws Exception {
    assertEquals("o", client.get(1, "/q/hold").await(DATA).text());
  }

  private static void awaitWaiting(RunningGateway gateway, int count) {
    Await.until(count + " waiting", () -> gateway.metric(WAITING) == count);
  }

  @Test
  void anEmptyBodyThatEndsBeforeThereIsABackendIsPassedOn() throws Exception {
    try (var backend = RawBackend.ok("hello");
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = new Http2Client(gateway.httpsPort())) {
      client.frame(HEADERS, END_HEADERS, 1, HEAD).frame(DATA, END_STREAM, 1, NOTHING).flush();
      assertEquals("hello", client.answer(1).body());
      assertTrue(backend.received().endsWith("\r\n\r\n0\r\n\r\n"), backend.received());
    }
  }

  @Test
  void trailersAloneBeforeThereIsABackendArePassedOn() throws Exception {
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readHead();
                  connection.in().readNBytes("0\r\nx-sum: 1\r\n\r\n".length());
                  connection.send(OK);
                });
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = new Http2Client(gateway.httpsPort())) {
      client.frame(HEADERS, END_HEADERS, 1, HEAD);
      client.frame(HEADERS, END_HEADERS | END_STREAM, 1, TRAILERS).flush();
      assertEquals("ok", client.answer(1).body());
      assertTrue(backend.received().endsWith("\r\n0\r\nx-sum: 1\r\n\r\n"), backend.received());
    }
  }

  @Test
  void anEmptyBodyThatEndsBeforeThereIsABackendIsPassedOnByHttp2() throws Exception {
    try (var arena =
            new H2cArena(
                connection -> {
                  var peer = new H2cPeer(connection);
                  H2cPeer.Request request = peer.request();
                  peer.await(Frame::ends);
                  peer.answer(request.stream(), "ok").awaitEnd();
                });
        var client = arena.client()) {
      client.frame(HEADERS, END_HEADERS, 1, HEAD).frame(DATA, END_STREAM, 1, NOTHING).flush();
      assertEquals("ok", client.answer(1).body());
    }
  }

  @Test
  void aBodyThatEndsInTheQueueIsPassedOnAndTheBackendsTimeBeginsThen() throws Exception {
    var goOn = new CountDownLatch(1);
    try (var backend = holding(goOn);
        var gateway = RunningGateway.serving(queued(backend));
        var client = new Http2Client(gateway.httpsPort())) {
      hold(client);
      client.post(3, "/q/empty").data(3, "", true);
      client.post(5, "/q/whole").data(5, "whole", false).data(5, "", true);
      awaitWaiting(gateway, 2);
      Thread.sleep(1_500); // longer than the backend may take to answer
      goOn.countDown();
      assertEquals("ok", client.answer(3).body());
      assertEquals("ok", client.answer(5).body());
      assertTrue(backend.received().contains("\r\n\r\n5\r\nwhole\r\n0\r\n\r\n"));
    }
  }

  @Test
  void bodiesThatWaitInTheQueueDoNotHoldUpOthers() throws Exception {
    var goOn = new CountDownLatch(1);
    try (var backend = holding(goOn);
        var gateway = RunningGateway.serving(queued(backend));
        var client = new Http2Client(gateway.httpsPort())) {
      int window = 65_535 + client.await(Http2Client.WINDOW_UPDATE).errorCode();
      hold(client);
      int stream = 3;
      // As a client does: each body as far as its own window and that of the connection go.
      for (int i = 0; i < 20 && window >= 65_536; i++, stream += 2) {
        client.post(stream, "/q/upload");
        for (int part = 0; part < 4; part++, window -= 16_384) {
          client.frame(DATA, 0, stream, new byte[16_384]).flush();
        }
      }
      awaitWaiting(gateway, (stream - 3) / 2);
      assertTrue(window >= 4, "nothing is left for another body");
      client.post(stream, "/other").data(stream, "body", true);
      assertEquals("ok", client.answer(stream).body());
      goOn.countDown();
    }
  }

  @Test
  void aBodyThatWaitsCountsWhenMemoryIsShort() throws Exception {
    var goOn = new CountDownLatch(1);
    var percent = new AtomicLong();
    try (var backend = holding(goOn);
        var gateway = RunningGateway.serving(queued(backend), memory(percent));
        var holder = new Http2Client(gateway.httpsPort());
        var client = new Http2Client(gateway.httpsPort())) {
      hold(holder);
      client.post(1, "/q/upload").data(1, "x".repeat(16_000), false);
      awaitWaiting(gateway, 1);
      percent.set(95);
      Answer answer = client.answer(1);
      assertEquals(503, answer.status());
      assertTrue(answer.body().contains("\"reason\":\"overloaded\""), answer.body());
      // Nothing is kept for the other.
      goOn.countDown();
      assertEquals("k", holder.await(frame -> frame.type() == DATA && frame.ends()).text());
    }
  }

  private static MemoryGauge memory(AtomicLong percent) {
    return new MemoryGauge() {
      @Override
      public String name() {
        return "memory of a test";
      }

      @Override
      public long max() {
        return 100;
      }

      @Override
      public long used() {
        return percent.get();
      }

      @Override
      public boolean heldByConnections() {
        return true;
      }
    };
  }

  @Test
  void theRestOfARequestIsNotWaitedForLongBehindAnAnswerWithoutABody() throws Exception {
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readHead();
                  connection.send("HTTP/1.1 204 No Content\r\n\r\n");
                  connection.awaitEnd();
                });
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = new Http2Client(gateway.httpsPort())) {
      client.post(1, "/", "content-length", "1000000");
      assertEquals(204, client.answer(1).status());
      long answered = System.nanoTime();
      assertEquals(Http2Client.NO_ERROR, client.await(RST_STREAM).errorCode());
      var waited = Duration.ofNanos(System.nanoTime() - answered);
      assertTrue(waited.toMillis() > 500 && waited.toSeconds() < 10, () -> "waited: " + waited);
    }
  }
}

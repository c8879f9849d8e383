package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.proxy.behaviour.Http2Client.Frame;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How requests to backends that speak HTTP/2 end, other than with the last of both sides. */
class H2cEndTest {

  private static final int INITIAL_WINDOW_SIZE = 4;

  @Test
  void aBackendMayRefuseManyUploadsOnOneConnection() throws Exception {
    int uploads = 250;
    try (var arena =
            new H2cArena(
                connection -> {
                  var peer = new H2cPeer(connection);
                  while (true) {
                    int stream = peer.request().stream();
                    // RFC 9113 section 8.1: answered in full, the rest is not wanted.
                    peer.hold()
                        .headers(stream, false, ":status", "413")
                        .data(stream, "too large", true)
                        .reset(stream, Http2Client.NO_ERROR)
                        .sendHeld();
                  }
                });
        var client = arena.client()) {
      for (int i = 0; i < uploads; i++) {
        int stream = 1 + 2 * i;
        client.post(stream, "/x");
        Http2Client.Answer answer = client.answer(stream);
        assertEquals(413, answer.status());
        assertEquals("too large", answer.body());
        client.data(stream, "", true);
      }
      assertEquals(1, arena.backend().connections());
    }
  }

  @Test
  void whatWasOnItsWayWhenAStreamWasCancelledIsReadOver() throws Exception {
    var answers = new LinkedBlockingQueue<List<Frame>>();
    try (var arena =
            new H2cArena(
                connection -> {
                  var peer = new H2cPeer(connection);
                  int stream = peer.request().stream();
                  peer.headers(stream, false, ":status", "200").data(stream, "first", false);
                  peer.await(Http2Client.RST_STREAM);
                  peer.data(stream, "second", false).headers(stream, true, "x-trailer", "late");
                  answers.add(peer.ping());
                  peer.answer(peer.request().stream(), "next");
                  peer.awaitEnd();
                });
        var client = arena.client()) {
      client.get(1, "/x").await(Http2Client.DATA);
      client.frame(Http2Client.RST_STREAM, 0, 1, Http2Client.number(Http2Client.CANCEL)).flush();
      assertEquals(List.of(), ofType(Http2Client.RST_STREAM, answers.take()));
      assertEquals("next", client.get(3, "/next").answer(3).body());
      assertEquals(1, arena.backend().connections());
    }
  }

  @Test
  void aResetIsNotAnsweredWithAReset() throws Exception {
    var answers = new LinkedBlockingQueue<List<Frame>>();
    try (var arena =
            new H2cArena(
                connection -> {
                  var peer = new H2cPeer(connection);
                  peer.reset(peer.request().stream(), Http2Client.INTERNAL_ERROR);
                  answers.add(peer.ping());
                  peer.awaitEnd();
                });
        var client = arena.client()) {
      assertEquals(502, client.get(1, "/x").answer(1).status());
      assertEquals(List.of(), ofType(Http2Client.RST_STREAM, answers.take()));
    }
  }

  /** Nothing can follow such heads, so the end is not waited for: a permit would hang on it. */
  @ParameterizedTest
  @CsvSource({"HEAD, 200, 5", "GET, 204, ", "GET, 304, 5", "GET, 200, 0"})
  void anAnswerThatHasNoBodyEndsWithItsHead(String method, String status, @Nullable String length)
      throws Exception {
    var code = new LinkedBlockingQueue<Integer>();
    try (var arena =
            new H2cArena(
                ", concurrency: {maxInFlight: 1}",
                connection -> {
                  var peer = new H2cPeer(connection);
                  peer.headers(peer.request().stream(), false, bodyless(status, length));
                  peer.answer(peer.request().stream(), "next");
                  code.add(peer.await(Http2Client.RST_STREAM).errorCode());
                  peer.awaitEnd();
                });
        var client = arena.client()) {
      byte[] head = Http2Client.block(Http2Client.request(method, "/x"));
      int flags = Http2Client.END_STREAM | Http2Client.END_HEADERS;
      client.frame(Http2Client.HEADERS, flags, 1, head).flush();
      assertEquals(Integer.parseInt(status), client.answer(1).status());
      assertEquals(status + " none", arena.gateway().awaitLogged(1).outcome());
      assertEquals("next", client.get(3, "/next").answer(3).body());
      assertEquals(Http2Client.CANCEL, code.poll(5, TimeUnit.SECONDS), "never ended");
      assertEquals(1, arena.backend().connections());
    }
  }

  private static String[] bodyless(String status, @Nullable String length) {
    return length == null
        ? new String[] {":status", status}
        : new String[] {":status", status, "content-length", length};
  }

  @Test
  void aBackendThatEndsABodilessAnswerBehindItsHeadIsNotReset() throws Exception {
    var answers = new LinkedBlockingQueue<List<Frame>>();
    try (var arena =
            new H2cArena(
                connection -> {
                  var peer = new H2cPeer(connection);
                  int stream = peer.request().stream();
                  peer.headers(stream, false, ":status", "204");
                  answers.add(peer.ping());
                  peer.data(stream, "", true);
                  answers.add(peer.ping());
                  peer.awaitEnd();
                });
        var client = arena.client()) {
      assertEquals(204, client.get(1, "/x").answer(1).status());
      assertEquals(List.of(), ofType(Http2Client.RST_STREAM, answers.take()));
      assertEquals(List.of(), ofType(Http2Client.RST_STREAM, answers.take()));
    }
  }

  @Test
  void theRestOfAnAnsweredRequestIsTakenBack() throws Exception {
    var settled = new CountDownLatch(1);
    var code = new LinkedBlockingQueue<Integer>();
    try (var arena =
            new H2cArena(
                connection -> {
                  var peer = new H2cPeer(connection, INITIAL_WINDOW_SIZE, 10);
                  int stream = peer.request().stream();
                  peer.ping();
                  settled.countDown();
                  peer.await(Http2Client.DATA);
                  peer.answer(stream, "enough");
                  code.add(peer.await(Http2Client.RST_STREAM).errorCode());
                  peer.awaitEnd();
                });
        var client = arena.client()) {
      client.post(1, "/x");
      settled.await();
      client.data(1, "more than the backend lets come", true);
      assertEquals("enough", client.answer(1).body());
      assertEquals(Http2Client.CANCEL, code.poll(5, TimeUnit.SECONDS));
    }
  }

  private static List<Frame> ofType(int type, List<Frame> frames) {
    return frames.stream().filter(frame -> frame.type() == type).toList();
  }
}

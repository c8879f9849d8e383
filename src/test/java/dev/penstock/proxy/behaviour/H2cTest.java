package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.proxy.behaviour.H2cPeer.Request;
import dev.penstock.proxy.behaviour.Http2Client.Frame;
import dev.penstock.testing.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Backends that speak HTTP/2 by prior knowledge: what gRPC needs. */
class H2cTest {

  private static final int REFUSED_STREAM = 7;
  private static final int MAX_CONCURRENT_STREAMS = 3;
  private static final int INITIAL_WINDOW_SIZE = 4;

  private final LinkedBlockingQueue<Request> requests = new LinkedBlockingQueue<>();
  private final CountDownLatch goOn = new CountDownLatch(1);

  private Request request(H2cPeer peer) throws Exception {
    Request request = peer.request();
    requests.add(request);
    return request;
  }

  /** Answers each request with its path. */
  private void echo(RawBackend.Connection connection) throws Exception {
    var peer = new H2cPeer(connection);
    while (true) {
      Request request = request(peer);
      peer.answer(request.stream(), request.header(":path"));
    }
  }

  @Test
  void aCallPassesWithTeAndItsTrailers() throws Exception {
    try (var arena =
            new H2cArena(
                connection -> {
                  var peer = new H2cPeer(connection);
                  int stream = request(peer).stream();
                  peer.await(Http2Client.Frame::ends);
                  peer.headers(stream, false, ":status", "200", "content-type", "application/grpc")
                      .data(stream, "reply", false)
                      .headers(stream, true, "grpc-status", "0", "x_own.meta", "kept");
                  peer.awaitEnd();
                });
        var client = arena.client()) {
      client.post(
          1, "/pkg.Svc/Do", "content-type", "application/grpc", "te", "trailers", "x-m", "v");
      client.data(1, "question", true);
      Http2Client.Answer answer = client.answer(1);
      assertEquals(200, Integer.parseInt(answer.heads().getFirst().status().toString()));
      assertEquals("reply", answer.body());
      assertEquals("0", answer.heads().getLast().get("grpc-status").toString());
      assertEquals("kept", answer.heads().getLast().get("x_own.meta").toString());
      Request seen = requests.take();
      assertEquals("POST", seen.header(":method"));
      assertEquals("http", seen.header(":scheme"));
      assertEquals("/pkg.Svc/Do", seen.header(":path"));
      assertEquals("127.0.0.1:" + arena.backend().port(), seen.header(":authority"));
      assertEquals("trailers", seen.header("te"));
      assertEquals("v", seen.header("x-m"));
      assertEquals("https", seen.header("x-forwarded-proto"));
      assertEquals("null", seen.header("transfer-encoding"));
      assertEquals("null", seen.header("host"));
      assertFalse(seen.ended());
    }
  }

  @Test
  void anAnswerOfTrailersAloneStaysOne() throws Exception {
    try (var arena =
            new H2cArena(
                connection -> {
                  var peer = new H2cPeer(connection);
                  int stream = request(peer).stream();
                  peer.headers(stream, true, ":status", "200", "grpc-status", "12");
                  peer.awaitEnd();
                });
        var client = arena.client()) {
      Http2Client.Answer answer = client.get(1, "/x").answer(1);
      assertEquals(1, answer.heads().size());
      assertEquals("12", answer.header("grpc-status"));
      assertEquals("", answer.body());
      assertEquals("null", requests.take().header("te"), "the client did not say so");
    }
  }

  @Test
  void bothSidesTalkAtOnce() throws Exception {
    try (var arena =
            new H2cArena(
                connection -> {
                  var peer = new H2cPeer(connection);
                  int stream = request(peer).stream();
                  peer.headers(stream, false, ":status", "200");
                  while (true) {
                    var frame = peer.await(Http2Client.DATA);
                    if (frame.ends()) {
                      peer.headers(stream, true, "grpc-status", "0");
                    } else {
                      peer.data(stream, frame.text().toUpperCase(Locale.ROOT), false);
                    }
                  }
                });
        var client = arena.client()) {
      client.post(1, "/x", "te", "trailers");
      client.await(Http2Client.HEADERS);
      for (String word : new String[] {"a", "bc", "def"}) {
        client.data(1, word, false);
        assertEquals(word.toUpperCase(Locale.ROOT), client.await(Http2Client.DATA).text());
      }
      client.data(1, "", true);
      assertEquals("0", client.answer(1).header("grpc-status"));
    }
  }

  @Test
  void manyRequestsShareOneConnection() throws Exception {
    try (var arena = new H2cArena(this::echo);
        var client = arena.client()) {
      for (int i = 0; i < 50; i++) {
        client.get(1 + 2 * i, "/p" + i);
        assertEquals("/p" + i, client.answer(1 + 2 * i).body());
      }
      assertEquals(1, arena.backend().connections());
      assertEquals("200 none", arena.gateway().awaitLogged(50).outcome());
    }
  }

  @Test
  void noMoreRequestsAtATimeThanTheBackendAllows() throws Exception {
    var settled = new CountDownLatch(1);
    try (var arena =
            new H2cArena(
                connection -> {
                  var peer = new H2cPeer(connection, MAX_CONCURRENT_STREAMS, 1);
                  Request first = request(peer);
                  if (first.header(":path").equals("/settle")) {
                    peer.await(
                        f -> f.type() == Http2Client.SETTINGS && f.flags() == Http2Client.ACK);
                    peer.answer(first.stream(), "settled");
                    settled.countDown();
                    first = request(peer);
                  }
                  goOn.await();
                  peer.answer(first.stream(), "done");
                  peer.awaitEnd();
                });
        var client = arena.client()) {
      client.get(1, "/settle");
      assertEquals("settled", client.answer(1).body());
      settled.await();
      client.get(3, "/a");
      client.get(5, "/b");
      Await.until("both are at work", () -> requests.size() == 3);
      assertEquals(2, arena.backend().connections());
      goOn.countDown();
      assertEquals("done", client.answer(3).body());
    }
  }

  @Test
  void theBackendsBoundHoldsOnNewConnectionsToo() throws Exception {
    int most = 3;
    int burst = 12;
    var settle = new CountDownLatch(1);
    var refused = new AtomicInteger();
    try (var arena =
            new H2cArena(
                connection -> {
                  var peer = H2cPeer.unsettled(connection);
                  List<Integer> open = new ArrayList<>(List.of(request(peer).stream()));
                  settle.await();
                  peer.settle(MAX_CONCURRENT_STREAMS, most);
                  while (true) {
                    for (Frame frame : peer.ping()) {
                      if (frame.type() == Http2Client.HEADERS && open.size() < most) {
                        open.add(frame.stream());
                      } else if (frame.type() == Http2Client.HEADERS) {
                        peer.reset(frame.stream(), REFUSED_STREAM);
                        refused.incrementAndGet();
                      }
                    }
                    for (int stream : open) {
                      peer.answer(stream, "served");
                    }
                    open.clear();
                  }
                });
        var client = arena.client()) {
      for (int i = 0; i < burst; i++) {
        client.get(1 + 2 * i, "/x");
      }
      // Answered behind the requests: they all wait or are sent by then.
      client.frame(Http2Client.PING, 0, 0, new byte[8]).flush();
      client.await(f -> f.type() == Http2Client.PING && f.flags() == Http2Client.ACK);
      Await.until("the first is there", () -> !requests.isEmpty());
      settle.countDown();
      arena.gateway().awaitLogged(burst);
      assertEquals(0, refused.get());
      List<String> lines = arena.gateway().closeAndReadLog().lines().toList();
      assertTrue(lines.stream().allMatch(line -> line.contains("\"status\":200")), lines::toString);
    }
  }

  @Test
  void aBackendThatNeverTellsItsBoundIsUsedAllTheSame() throws Exception {
    try (var arena =
            new H2cArena(
                connection -> {
                  var peer = H2cPeer.unsettled(connection);
                  request(peer);
                  request(peer);
                  peer.awaitEnd();
                });
        var client = arena.client()) {
      client.get(1, "/a").get(3, "/b");
      Await.until("both are at work", () -> requests.size() == 2);
      assertEquals(1, arena.backend().connections());
    }
  }

  @Test
  void aConnectionLostBeforeItsBoundIsKnownLeavesNobodyWaiting() throws Exception {
    var lost = new CountDownLatch(1);
    var first = new AtomicBoolean(true);
    try (var arena =
            new H2cArena(
                connection -> {
                  if (first.getAndSet(false)) {
                    H2cPeer.unsettled(connection).request();
                    lost.await();
                  } else {
                    echo(connection);
                  }
                });
        var client = arena.client()) {
      client.get(1, "/a").get(3, "/b");
      client.frame(Http2Client.PING, 0, 0, new byte[8]).flush();
      client.await(f -> f.type() == Http2Client.PING && f.flags() == Http2Client.ACK);
      lost.countDown();
      assertEquals("/b", client.answer(3).body());
    }
  }

  @Test
  void aClientThatCancelsIsCancelledAtTheBackend() throws Exception {
    var code = new LinkedBlockingQueue<Integer>();
    try (var arena =
            new H2cArena(
                connection -> {
                  var peer = new H2cPeer(connection);
                  int stream = request(peer).stream();
                  peer.headers(stream, false, ":status", "200").data(stream, "first", false);
                  code.add(peer.await(Http2Client.RST_STREAM).errorCode());
                  int next = request(peer).stream();
                  peer.answer(next, "next");
                  peer.awaitEnd();
                });
        var client = arena.client()) {
      client.post(1, "/x");
      client.await(Http2Client.DATA);
      client.frame(Http2Client.RST_STREAM, 0, 1, Http2Client.number(Http2Client.CANCEL)).flush();
      assertEquals(Http2Client.CANCEL, code.take());
      assertEquals("200 client_closed", arena.gateway().awaitLogged(1).outcome());
      assertEquals("next", client.get(3, "/next").answer(3).body());
      assertEquals(1, arena.backend().connections());
    }
  }

  @Test
  void aStreamThatTheBackendBreaksOffIsBrokenAtTheClient() throws Exception {
    try (var arena =
            new H2cArena(
                connection -> {
                  var peer = new H2cPeer(connection);
                  int stream = request(peer).stream();
                  peer.headers(stream, false, ":status", "200").data(stream, "half", false);
                  peer.reset(stream, Http2Client.CANCEL);
                  Request next = request(peer);
                  peer.reset(next.stream(), Http2Client.INTERNAL_ERROR);
                  peer.awaitEnd();
                });
        var client = arena.client()) {
      assertTrue(client.get(1, "/x").answer(1).reset() >= 0);
      assertEquals("200 upstream_truncated", arena.gateway().awaitLogged(1).outcome());
      assertEquals(502, client.get(3, "/y").answer(3).status());
      assertEquals("502 upstream_closed", arena.gateway().awaitLogged(2).outcome());
    }
  }

  @Test
  void whatTheBackendRefusedIsSentAgainWithItsBody() throws Exception {
    try (var arena =
            new H2cArena(
                connection -> {
                  var peer = new H2cPeer(connection);
                  int refused = request(peer).stream();
                  peer.await(Http2Client.Frame::ends);
                  peer.reset(refused, REFUSED_STREAM);
                  int stream = request(peer).stream();
                  String body = peer.await(Http2Client.DATA).text();
                  peer.answer(stream, body);
                  peer.awaitEnd();
                });
        var client = arena.client()) {
      client.post(1, "/x");
      client.data(1, "body", true);
      assertEquals("body", client.answer(1).body());
      assertEquals(2, requests.size());
    }
  }

  @Test
  void whatAGoAwayLeavesOutIsSentAgainElsewhereAndTheRestEnds() throws Exception {
    try (var arena =
            new H2cArena(
                connection -> {
                  var peer = new H2cPeer(connection);
                  Request first = request(peer);
                  if (first.header(":path").equals("/kept")) {
                    request(peer);
                    peer.goAway(first.stream());
                    goOn.await();
                    peer.answer(first.stream(), "kept");
                  } else {
                    peer.answer(first.stream(), "elsewhere");
                  }
                  peer.awaitEnd();
                });
        var client = arena.client()) {
      client.get(1, "/kept");
      Await.until("the first is there", () -> requests.size() == 1);
      client.get(3, "/left-out");
      assertEquals("elsewhere", client.answer(3).body());
      goOn.countDown();
      assertEquals("kept", client.answer(1).body());
      assertEquals(2, arena.backend().connections());
    }
  }

  @Test
  void theBackendsWindowGrowsOnlyWhenTheClientTakes() throws Exception {
    var granted = new LinkedBlockingQueue<Integer>();
    String part = "x".repeat(16_000);
    try (var arena =
            new H2cArena(
                connection -> {
                  var peer = new H2cPeer(connection);
                  int stream = request(peer).stream();
                  peer.headers(stream, false, ":status", "200");
                  for (int i = 0; i < 4; i++) {
                    peer.data(stream, part, false);
                  }
                  while (true) {
                    var frame = peer.await(Http2Client.WINDOW_UPDATE);
                    if (frame.stream() == stream) {
                      granted.add(frame.payload().getInt(0));
                      peer.data(stream, "", true);
                    }
                  }
                });
        var client = arena.client(INITIAL_WINDOW_SIZE, 10)) {
      client.get(1, "/x");
      client.await(Http2Client.DATA);
      // Answered behind all that came before: nothing was granted until then.
      client.frame(Http2Client.PING, 0, 0, new byte[8]).flush();
      client.await(f -> f.type() == Http2Client.PING && f.flags() == Http2Client.ACK);
      assertTrue(granted.isEmpty());
      client.frame(Http2Client.WINDOW_UPDATE, 0, 1, Http2Client.number(1 << 20)).flush();
      assertEquals(4 * part.length() - 10, client.answer(1).body().length());
      assertTrue(granted.take() >= part.length());
    }
  }

  @Test
  void noAnswerInTimeCancelsTheStream() throws Exception {
    var code = new LinkedBlockingQueue<Integer>();
    try (var arena =
            new H2cArena(
                ", timeouts: {firstByte: 200ms}",
                connection -> {
                  var peer = new H2cPeer(connection);
                  request(peer);
                  code.add(peer.await(Http2Client.RST_STREAM).errorCode());
                  peer.awaitEnd();
                });
        var client = arena.client()) {
      assertEquals(504, client.get(1, "/x").answer(1).status());
      assertEquals(Http2Client.CANCEL, code.take());
    }
  }

  @Test
  void aConnectionThatHasGoneSilentIsGivenUp() throws Exception {
    try (var arena =
            new H2cArena(
                ", timeouts: {firstByte: 1500ms}",
                connection -> {
                  var peer = new H2cPeer(connection);
                  peer.answer(request(peer).stream(), "good");
                  peer.awaitEnd();
                });
        var client = arena.client()) {
      assertEquals("good", client.get(1, "/x").answer(1).body());
      assertEquals(504, client.get(3, "/y").answer(3).status());
      assertEquals("good", client.get(5, "/z").answer(5).body());
      assertEquals(2, arena.backend().connections());
      Await.until("the silent one is closed", () -> arena.backend().working() == 1);
    }
  }

  @Test
  void aClientThatCancelsAtOnceCostsNoConnection() throws Exception {
    try (var arena =
            new H2cArena(
                connection -> {
                  var peer = new H2cPeer(connection);
                  peer.answer(request(peer).stream(), "good");
                  request(peer);
                  peer.answer(request(peer).stream(), "good");
                  peer.awaitEnd();
                });
        var client = arena.client()) {
      assertEquals("good", client.get(1, "/x").answer(1).body());
      client.get(3, "/y");
      Await.until("it is there", () -> requests.size() == 2);
      client.frame(Http2Client.RST_STREAM, 0, 3, Http2Client.number(Http2Client.CANCEL)).flush();
      assertEquals("good", client.get(5, "/z").answer(5).body());
      assertEquals(1, arena.backend().connections());
    }
  }

  @Test
  void aClientOfHttp1SendsTrailersAndGetsThem() throws Exception {
    try (var arena =
            new H2cArena(
                connection -> {
                  var peer = new H2cPeer(connection);
                  int stream = request(peer).stream();
                  String body = peer.await(Http2Client.DATA).text();
                  request(peer);
                  peer.headers(stream, false, ":status", "200")
                      .data(stream, body, false)
                      .headers(stream, true, "x-sum", "5");
                  Request next = request(peer);
                  peer.headers(next.stream(), true, ":status", "200");
                  peer.awaitEnd();
                });
        var client = arena.http1()) {
      client.send(
          "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
              + "5\r\nhello\r\n0\r\nX-Sum: 9\r\nAuthorization: no\r\nHost: no\r\n\r\n");
      String answer = client.readUntil("\r\n\r\n") + client.readUntil("\r\n\r\n");
      assertTrue(answer.contains("\r\n5\r\nhello\r\n0\r\nx-sum: 5\r\n\r\n"), answer);
      requests.take();
      Request trailers = requests.take();
      assertTrue(trailers.ended());
      assertEquals("9", trailers.header("x-sum"));
      assertEquals(1, trailers.headers().size(), "nothing that frames or authenticates");
      RawResponse empty = client.send("GET /y HTTP/1.1\r\nHost: h\r\n\r\n").read();
      assertEquals("0", empty.header("content-length").orElseThrow());
      assertTrue(requests.take().ended());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAnswerToHeadDeclaresTheLengthOfWhatAGetGets(boolean emptyData) throws Exception {
    try (var arena =
            new H2cArena(
                connection -> {
                  var peer = new H2cPeer(connection);
                  int stream = request(peer).stream();
                  peer.headers(stream, !emptyData, ":status", "200", "content-length", "5");
                  if (emptyData) {
                    peer.data(stream, "", true);
                  }
                  peer.answer(request(peer).stream(), "next");
                  peer.awaitEnd();
                });
        var client = arena.http1()) {
      RawResponse head = client.send("HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n").readHeadAnswer();
      assertEquals(200, head.status());
      assertEquals("5", head.header("content-length").orElseThrow());
      assertEquals("next", client.send("GET /y HTTP/1.1\r\nHost: h\r\n\r\n").read().body());
    }
  }
}

package dev.penstock.proxy.behaviour;

import static dev.penstock.proxy.behaviour.Http2Client.CONTINUATION;
import static dev.penstock.proxy.behaviour.Http2Client.DATA;
import static dev.penstock.proxy.behaviour.Http2Client.END_HEADERS;
import static dev.penstock.proxy.behaviour.Http2Client.END_STREAM;
import static dev.penstock.proxy.behaviour.Http2Client.ENHANCE_YOUR_CALM;
import static dev.penstock.proxy.behaviour.Http2Client.GOAWAY;
import static dev.penstock.proxy.behaviour.Http2Client.HEADERS;
import static dev.penstock.proxy.behaviour.Http2Client.PING;
import static dev.penstock.proxy.behaviour.Http2Client.PRIORITY;
import static dev.penstock.proxy.behaviour.Http2Client.PROTOCOL_ERROR;
import static dev.penstock.proxy.behaviour.Http2Client.RST_STREAM;
import static dev.penstock.proxy.behaviour.Http2Client.SETTINGS;
import static dev.penstock.proxy.behaviour.Http2Client.WINDOW_UPDATE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.proxy.behaviour.Http2Client.Answer;
import dev.penstock.proxy.behaviour.Http2Client.Frame;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/2 as an attacker speaks it: what is refused, and that nothing goes on working for it. */
class Http2AttackTest {

  private static final int FLOOD = 20_000;
  private static final byte[] NOTHING = new byte[0];

  /** A backend that works on every request until the proxy leaves. */
  private static RawBackend busy(AtomicInteger working) {
    return new RawBackend(
        connection -> {
          if (connection.readHead() != null) {
            working.incrementAndGet();
            connection.awaitEnd();
            working.decrementAndGet();
          }
        });
  }

  private static void assertCalmedDown(Http2Client client) throws Exception {
    Frame bye = client.await(GOAWAY);
    assertEquals(ENHANCE_YOUR_CALM, bye.errorCode(), bye.text());
    for (Frame frame = bye; frame != null; frame = client.read()) {
      assertTrue(frame.type() == GOAWAY || frame.type() == RST_STREAM, () -> "behind GOAWAY");
    }
  }

  private static void assertNobodyWorks(AtomicInteger working) {
    long end = System.nanoTime() + 10_000_000_000L;
    while (working.get() > 0 && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertEquals(0, working.get());
  }

  @Test
  void rapidResetEndsTheConnectionAndTheWork() throws Exception {
    var working = new AtomicInteger();
    try (var backend = busy(working);
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = new Http2Client(gateway.httpsPort())) {
      for (int i = 0; i < 2_000; i++) {
        int stream = 2 * i + 1;
        byte[] block = Http2Client.block(Http2Client.request("GET", "/"));
        client.frame(HEADERS, END_STREAM | END_HEADERS, stream, block);
        client.frame(RST_STREAM, 0, stream, Http2Client.number(Http2Client.CANCEL));
      }
      client.flushUntilRefused();
      assertCalmedDown(client);
      assertNobodyWorks(working);
      assertTrue(backend.connections() <= 210, () -> "connections: " + backend.connections());
    }
  }

  @Test
  void resetsThatTheClientProvokesCountAsItsOwn() throws Exception {
    var working = new AtomicInteger();
    try (var backend = busy(working);
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = new Http2Client(gateway.httpsPort())) {
      for (int i = 0; i < 2_000; i++) {
        int stream = 2 * i + 1;
        byte[] block = Http2Client.block(Http2Client.request("GET", "/"));
        client.frame(HEADERS, END_STREAM | END_HEADERS, stream, block);
        client.frame(WINDOW_UPDATE, 0, stream, Http2Client.number(0));
      }
      client.flushUntilRefused();
      assertCalmedDown(client);
      assertNobodyWorks(working);
      assertTrue(backend.connections() <= 210, () -> "connections: " + backend.connections());
    }
  }

  @Test
  void someResetsAmongManyAnswersAreNoAttack() throws Exception {
    try (var backend = RawBackend.ok("hello");
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = new Http2Client(gateway.httpsPort())) {
      int stream = 1;
      for (int i = 0; i < 150; i++, stream += 4) {
        client.get(stream, "/");
        client.frame(RST_STREAM, 0, stream, Http2Client.number(Http2Client.CANCEL));
        assertEquals(200, client.get(stream + 2, "/").answer(stream + 2).status());
      }
    }
  }

  static Stream<Arguments> floods() {
    byte[] ping = new byte[8];
    return Stream.of(
        Arguments.of("PING", PING, 0, 0, ping),
        Arguments.of("PING answers", PING, Http2Client.ACK, 0, ping),
        Arguments.of("SETTINGS", SETTINGS, 0, 0, NOTHING),
        Arguments.of("SETTINGS with values", SETTINGS, 0, 0, Http2Client.settings(4, 100, 4, 9)),
        Arguments.of("empty DATA", DATA, 0, 1, NOTHING),
        Arguments.of("padded empty DATA", DATA, 8, 1, new byte[1]),
        Arguments.of("PRIORITY", PRIORITY, 0, 1, new byte[5]),
        Arguments.of("WINDOW_UPDATE by one", WINDOW_UPDATE, 0, 1, Http2Client.number(1)),
        Arguments.of("unknown frames", 77, 0, 0, ping));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("floods")
  void aFloodOfFramesThatDoNoWorkEndsTheConnection(
      String name, int type, int flags, int stream, byte[] payload) throws Exception {
    var working = new AtomicInteger();
    try (var backend = busy(working);
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = new Http2Client(gateway.httpsPort())) {
      client.post(1, "/");
      for (int i = 0; i < FLOOD; i++) {
        client.frame(type, flags, stream, payload);
      }
      client.flushUntilRefused();
      assertCalmedDown(client);
      assertNobodyWorks(working);
    }
  }

  @Test
  void aFewPingsAreAnswered() throws Exception {
    try (var backend = RawBackend.ok("hello");
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = new Http2Client(gateway.httpsPort())) {
      for (int i = 0; i < 100; i++) {
        client.frame(PING, 0, 0, new byte[8]);
      }
      client.flush();
      for (int i = 0; i < 100; i++) {
        assertEquals(Http2Client.ACK, client.await(PING).flags());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, 16_000})
  void aHeaderBlockThatNeverEndsIsBounded(int size) throws Exception {
    try (var backend = RawBackend.ok("hello");
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = new Http2Client(gateway.httpsPort())) {
      client.frame(HEADERS, END_STREAM, 1, Http2Client.block(Http2Client.request("GET", "/")));
      for (int i = 0; i < (size > 1_000 ? 100 : FLOOD); i++) {
        client.frame(CONTINUATION, 0, 1, new byte[size]);
      }
      client.flushUntilRefused();
      assertCalmedDown(client);
      assertEquals(0, backend.connections());
    }
  }

  @Test
  void aHeaderBlockThatIsNotEndedInTimeEndsTheConnection() throws Exception {
    try (var backend = RawBackend.ok("hello");
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend, "headerTimeout: 1s"));
        var client = new Http2Client(gateway.httpsPort())) {
      client
          .frame(HEADERS, END_STREAM, 1, Http2Client.block(Http2Client.request("GET", "/")))
          .flush();
      assertCalmedDown(client);
    }
  }

  @Test
  void anHpackBombIsNotUnpacked() throws Exception {
    try (var backend = RawBackend.ok("hello");
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = new Http2Client(gateway.httpsPort())) {
      // One entry of almost 4 KiB in the table, then 10,000 references of one byte to it.
      var bomb = new ByteArrayOutputStream();
      bomb.writeBytes(Http2Client.block(Http2Client.request("GET", "/")));
      byte[] entry = Http2Client.block("x-bomb", "b".repeat(4000));
      entry[0] = 0x40;
      bomb.writeBytes(entry);
      for (int i = 0; i < 10_000; i++) {
        bomb.write(0x80 | 62);
      }
      client.frame(HEADERS, END_STREAM | END_HEADERS, 1, bomb.toByteArray()).flush();
      Answer answer = client.answer(1);
      assertEquals(431, answer.status());
      assertEquals(200, client.get(3, "/").answer(3).status());
      assertEquals(1, backend.connections());
      assertTrue(gateway.closeAndReadLog().contains("\"status\":431,\"reason\":\"bad_request\""));
    }
  }

  @Test
  void aTinyMaximumForAnswersHeadersDoesNoHarm() throws Exception {
    try (var backend = RawBackend.ok("hello");
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = new Http2Client(gateway.httpsPort(), 6, 1)) {
      assertEquals("hello", client.get(1, "/").answer(1).body());
      assertEquals("hello", client.get(3, "/").answer(3).body());
    }
  }

  @Test
  void streamsBeyondTheMaximumAreRefused() throws Exception {
    var working = new AtomicInteger();
    try (var backend = busy(working);
        var gateway =
            RunningGateway.serving(Http2Manifests.serving(backend, "maxStreamsPerConnection: 2"));
        var client = new Http2Client(gateway.httpsPort())) {
      client.get(1, "/").get(3, "/").get(5, "/");
      Frame reset = client.await(RST_STREAM);
      assertEquals(5, reset.stream());
      assertEquals(7, reset.errorCode());
    }
  }

  static Stream<Arguments> malformed() {
    return Stream.of(
        malformed("an upper-case name", "X-Own", "1"),
        malformed("CR and LF in a value", "x-own", "1\r\nx-evil: 1"),
        malformed("LF in a value", "x-own", "1\nx-evil: 1"),
        malformed("NUL in a value", "x-own", "1\0"),
        malformed("a control byte in a value", "x-own", "a\u0001b"),
        malformed("CR and LF in a name", "x\r\nx-evil", "1"),
        malformed("a colon in a name", "x-own: 1", "1"),
        malformed("a space in a name", "x own", "1"),
        malformed("no name", "", "1"),
        malformed("white space before a value", "x-own", " 1"),
        malformed("white space behind a value", "x-own", "1\t"),
        malformed("connection", "connection", "x-api-key"),
        malformed("transfer-encoding", "transfer-encoding", "chunked"),
        malformed("keep-alive", "keep-alive", "1"),
        malformed("proxy-connection", "proxy-connection", "close"),
        malformed("upgrade", "upgrade", "h2c"),
        malformed("te other than trailers", "te", "gzip"),
        malformed("a pseudo-header field behind others", ":path", "/other"),
        malformed("content-length that is no number", "content-length", "+1"),
        malformed("two lengths", "content-length", "1", "content-length", "2"),
        malformed("a length without a body", "content-length", "5"),
        whole("two paths", ":method", "GET", ":scheme", "https", ":path", "/", ":path", "/b"),
        whole("no path", ":method", "GET", ":scheme", "https", ":authority", "h"),
        whole("an empty path", ":method", "GET", ":scheme", "https", ":path", ""),
        whole("no scheme", ":method", "GET", ":authority", "h", ":path", "/"),
        whole("no method", ":scheme", "https", ":authority", "h", ":path", "/"),
        whole("a response's field", ":method", "GET", ":scheme", "https", ":status", "200"),
        whole(
            "an unknown pseudo-header field",
            ":method",
            "GET",
            ":scheme",
            "https",
            ":path",
            "/",
            ":own",
            "1"),
        whole(
            "an absolute path",
            ":method",
            "GET",
            ":scheme",
            "https",
            ":path",
            "http://evil/",
            ":authority",
            "h"),
        whole(
            "a request line in the method",
            ":method",
            "GET / HTTP/1.1\r\nx: y",
            ":scheme",
            "https",
            ":path",
            "/"),
        whole(
            "a line end in the path",
            ":method",
            "GET",
            ":scheme",
            "https",
            ":path",
            "/\r\nx-evil: 1",
            ":authority",
            "h"),
        whole(
            "a line end in the authority",
            ":method",
            "GET",
            ":scheme",
            "https",
            ":path",
            "/",
            ":authority",
            "h\r\nx-evil: 1"));
  }

  private static Arguments malformed(String name, String... more) {
    return whole(name, Http2Client.request("GET", "/", more));
  }

  private static Arguments whole(String name, String... pairs) {
    return Arguments.of(name, pairs);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformed")
  void aMalformedRequestIsAnErrorOfItsStream(String name, String[] pairs) throws Exception {
    try (var backend = RawBackend.ok("hello");
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = new Http2Client(gateway.httpsPort())) {
      client.frame(HEADERS, END_STREAM | END_HEADERS, 1, Http2Client.block(pairs)).flush();
      Answer answer = client.answer(1);
      assertEquals(PROTOCOL_ERROR, answer.reset());
      assertEquals(0, backend.connections());
      assertEquals(200, client.get(3, "/after").answer(3).status());
      assertFalse(backend.received().contains("evil"), backend.received());
    }
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        refusal("an encoded slash", 400, Http2Client.request("GET", "/a%2fb")),
        refusal("a path above the root", 400, Http2Client.request("GET", "/../x")),
        refusal("a space in the path", 400, Http2Client.request("GET", "/a b")),
        refusal("another Host", 400, Http2Client.request("GET", "/", "host", "evil")),
        refusal("CONNECT", 405, ":method", "CONNECT", ":authority", "h:1"),
        refusal("TRACE", 405, Http2Client.request("TRACE", "/")),
        refusal("no host", 400, ":method", "GET", ":scheme", "https", ":path", "/"),
        refusal("ftp", 400, ":method", "GET", ":scheme", "ftp", ":path", "/", ":authority", "h"),
        refusal(
            "user information",
            400,
            ":method",
            "GET",
            ":scheme",
            "https",
            ":path",
            "/",
            ":authority",
            "a@b"),
        refusal("a long path", 414, Http2Client.request("GET", "/" + "a".repeat(9_000))),
        refusal("another expectation", 417, Http2Client.request("GET", "/", "expect", "magic")),
        refusal(
            "too many fields",
            431,
            Http2Client.request(
                "GET",
                "/",
                Stream.generate(() -> Stream.of("x-own", "1"))
                    .limit(110)
                    .flatMap(pair -> pair)
                    .toArray(String[]::new))),
        refusal("large fields", 431, Http2Client.request("GET", "/", "x-a", "a".repeat(33_000))));
  }

  private static Arguments refusal(String name, int status, String... pairs) {
    return Arguments.of(name, status, pairs);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void aRequestThatIsRefusedLeavesTheConnection(String name, int status, String[] pairs)
      throws Exception {
    try (var backend = RawBackend.ok("hello");
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = new Http2Client(gateway.httpsPort())) {
      int length = 0;
      byte[] block = Http2Client.block(pairs);
      // Larger than a frame may be.
      int type = HEADERS;
      while (length < block.length) {
        byte[] part = Arrays.copyOfRange(block, length, Math.min(block.length, length + 16_000));
        length += part.length;
        int flags = length == block.length ? END_HEADERS : 0;
        client.frame(type, type == HEADERS ? flags | END_STREAM : flags, 1, part);
        type = CONTINUATION;
      }
      client.flush();
      Answer answer = client.answer(1);
      assertEquals(status, answer.status());
      assertTrue(answer.body().contains("\"status\":" + status), answer.body());
      assertEquals(0, backend.connections());
      assertEquals(200, client.get(3, "/after").answer(3).status());
    }
  }

  @Test
  void aBodyLongerThanItsLengthNeverReachesTheBackendAsARequest() throws Exception {
    var working = new AtomicInteger();
    try (var backend = busy(working);
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = new Http2Client(gateway.httpsPort())) {
      client.post(1, "/", "content-length", "4");
      client.data(1, "bodyGET /evil HTTP/1.1\r\n\r\n", true);
      assertEquals(PROTOCOL_ERROR, client.answer(1).reset());
      assertNobodyWorks(working);
      assertFalse(backend.received().contains("evil"), backend.received());
    }
  }

  @Test
  void aBodyShorterThanItsLengthEndsTheBackendsWork() throws Exception {
    var working = new AtomicInteger();
    try (var backend = busy(working);
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = new Http2Client(gateway.httpsPort())) {
      client.post(1, "/", "content-length", "400");
      client.data(1, "body", true);
      assertEquals(PROTOCOL_ERROR, client.answer(1).reset());
      assertNobodyWorks(working);
    }
  }
}

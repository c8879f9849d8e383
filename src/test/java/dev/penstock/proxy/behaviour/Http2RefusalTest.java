package dev.penstock.proxy.behaviour;

import static dev.penstock.proxy.behaviour.Http2Client.CONTINUATION;
import static dev.penstock.proxy.behaviour.Http2Client.DATA;
import static dev.penstock.proxy.behaviour.Http2Client.END_HEADERS;
import static dev.penstock.proxy.behaviour.Http2Client.END_STREAM;
import static dev.penstock.proxy.behaviour.Http2Client.GOAWAY;
import static dev.penstock.proxy.behaviour.Http2Client.HEADERS;
import static dev.penstock.proxy.behaviour.Http2Client.PING;
import static dev.penstock.proxy.behaviour.Http2Client.PROTOCOL_ERROR;
import static dev.penstock.proxy.behaviour.Http2Client.RST_STREAM;
import static dev.penstock.proxy.behaviour.Http2Client.WINDOW_UPDATE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.proxy.behaviour.Http2Client.Answer;
import dev.penstock.proxy.behaviour.Http2Client.Frame;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Refused streams of HTTP/2 with more on its way behind them: the connection goes on. */
class Http2RefusalTest {

  private static final int REFUSED_STREAM = 7;
  private static final byte[] TRAILERS = Http2Client.block("x-sum", "1");

  /** Answers, and at {@code /hold} when it may. */
  private static RawBackend holding(CountDownLatch goOn) {
    return new RawBackend(
        connection -> {
          for (String request = connection.readRequest();
              request != null;
              request = connection.readRequest()) {
            if (request.contains(" /hold ")) {
              goOn.await(20, TimeUnit.SECONDS);
            }
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
          }
        });
  }

  /** A client's upload that has begun, with all that it may send before it sees a reset. */
  private static void upload(Http2Client client, int stream, byte[] head) {
    client.frame(HEADERS, END_HEADERS, stream, head);
    client.frame(DATA, 0, stream, new byte[1_000]);
    client.frame(WINDOW_UPDATE, 0, stream, Http2Client.number(1_000));
    client.frame(DATA, 0, stream, new byte[1_000]);
    client.frame(HEADERS, END_HEADERS | END_STREAM, stream, TRAILERS);
  }

  @ParameterizedTest
  @CsvSource({"connection,close", "X-Own,1", "x-own,' 1'", "te,gzip"})
  void aMalformedUploadLeavesTheConnection(String name, String value) throws Exception {
    try (var backend = RawBackend.ok("hello");
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = new Http2Client(gateway.httpsPort())) {
      upload(client, 1, Http2Client.block(Http2Client.request("POST", "/", name, value)));
      client.flush();
      assertEquals(PROTOCOL_ERROR, client.answer(1).reset());
      client.frame(DATA, END_STREAM, 1, new byte[10]).flush();
      assertEquals("hello", client.get(3, "/").answer(3).body());
      client.frame(RST_STREAM, 0, 1, Http2Client.number(Http2Client.CANCEL)).flush();
      assertEquals("hello", client.get(5, "/").answer(5).body());
    }
  }

  @Test
  void anUploadBeyondTheMaximumLeavesTheConnection() throws Exception {
    var goOn = new CountDownLatch(1);
    try (var backend = holding(goOn);
        var gateway =
            RunningGateway.serving(Http2Manifests.serving(backend, "maxStreamsPerConnection: 2"));
        var client = new Http2Client(gateway.httpsPort())) {
      client.get(1, "/hold").get(3, "/hold");
      byte[] head = Http2Client.block(Http2Client.request("POST", "/"));
      upload(client, 5, head);
      upload(client, 7, head);
      client.flush();
      assertEquals(REFUSED_STREAM, client.answer(5).reset());
      assertEquals(REFUSED_STREAM, client.answer(7).reset());
      client.data(7, "late", true);
      goOn.countDown();
      assertEquals("ok", client.answer(1).body());
      assertEquals("ok", client.get(9, "/").answer(9).body());
      assertFalse(backend.received().contains("POST"), backend.received());
    }
  }

  private static Thread drain(RunningGateway gateway) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                gateway.server().drain();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
  }

  @Test
  void anUploadBehindTheLastGoAwayLeavesTheConnection() throws Exception {
    var goOn = new CountDownLatch(1);
    try (var backend = holding(goOn);
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = new Http2Client(gateway.httpsPort())) {
      client.get(1, "/hold").frame(PING, 0, 0, new byte[8]).flush();
      client.await(PING); // what was sent before has been read
      Thread drain = drain(gateway);
      client.await(frame -> frame.type() == GOAWAY && frame.lastStream() == 1);
      upload(client, 3, Http2Client.block(Http2Client.request("POST", "/")));
      upload(client, 5, Http2Client.block(Http2Client.request("POST", "/")));
      client.flush();
      assertEquals(REFUSED_STREAM, client.answer(3).reset());
      assertEquals(REFUSED_STREAM, client.answer(5).reset());
      client.data(5, "late", true);
      client.frame(RST_STREAM, 0, 3, Http2Client.number(Http2Client.CANCEL)).flush();
      goOn.countDown();
      Answer answer = client.answer(1);
      assertEquals("ok", answer.body());
      assertNull(client.read());
      drain.join(TimeUnit.SECONDS.toMillis(10));
      assertFalse(backend.received().contains("POST"), backend.received());
    }
  }

  @Test
  void aFaultBehindTheLastGoAwayTellsNoHigherStream() throws Exception {
    var goOn = new CountDownLatch(1);
    try (var backend = holding(goOn);
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = new Http2Client(gateway.httpsPort())) {
      client.get(1, "/hold").frame(PING, 0, 0, new byte[8]).flush();
      client.await(PING);
      drain(gateway);
      client.await(frame -> frame.type() == GOAWAY && frame.lastStream() == 1);
      client.get(3, "/");
      client.frame(DATA, 0, 9, new byte[1]).flush();
      Frame bye = client.await(GOAWAY);
      assertEquals(PROTOCOL_ERROR, bye.errorCode());
      assertEquals(1, bye.lastStream());
      goOn.countDown();
    }
  }

  /** With the end of the request in its head, and with a body and trailers behind. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aHeaderListBeyondAllBoundsIsAnsweredBeforeAnyReset(boolean ended) throws Exception {
    try (var backend = RawBackend.ok("hello");
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = new Http2Client(gateway.httpsPort())) {
      large(client, ended ? END_STREAM : 0);
      if (!ended) {
        client.frame(DATA, 0, 1, new byte[1_000]);
        client.frame(HEADERS, END_HEADERS | END_STREAM, 1, TRAILERS);
      }
      client.flush();
      Answer answer = client.answer(1);
      assertEquals(431, answer.status());
      assertTrue(answer.body().contains("\"status\":431"), answer.body());
      assertEquals(-1, answer.reset());
      assertEquals("hello", client.get(3, "/").answer(3).body());
    }
  }

  @Test
  void theRestOfARequestWithTooLongAHeaderListIsNotWaitedForLong() throws Exception {
    try (var backend = RawBackend.ok("hello");
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = new Http2Client(gateway.httpsPort())) {
      large(client, 0);
      client.frame(DATA, 0, 1, new byte[1_000]).flush();
      assertEquals(431, client.answer(1).status());
      client.frame(DATA, 0, 1, new byte[1_000]).flush();
      assertEquals(Http2Client.NO_ERROR, client.await(RST_STREAM).errorCode());
      assertEquals("hello", client.get(3, "/").answer(3).body());
    }
  }

  /** A header list larger than the proxy keeps, on stream 1. */
  private static void large(Http2Client client, int firstFlags) {
    byte[] block =
        Http2Client.block(Http2Client.request("POST", "/", "x-large", "a".repeat(45_000)));
    int type = HEADERS;
    for (int at = 0; at < block.length; at += 16_000) {
      byte[] part = Arrays.copyOfRange(block, at, Math.min(block.length, at + 16_000));
      int flags = at + 16_000 >= block.length ? END_HEADERS : 0;
      client.frame(type, type == HEADERS ? flags | firstFlags : flags, 1, part);
      type = CONTINUATION;
    }
  }
}

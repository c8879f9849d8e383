package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.testing.Await;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a backend that speaks HTTP/2 may not do. */
class H2cAttackTest {

  private interface Answer {
    void to(H2cPeer peer, int stream) throws IOException;
  }

  /** The client gets a 502, and the backend loses its connection. */
  private static void refused(Answer answer) throws Exception {
    try (var arena = arena(answer);
        var client = arena.client()) {
      assertEquals(502, client.get(1, "/x").answer(1).status());
      assertEquals("502 upstream_invalid", arena.gateway().awaitLogged(1).outcome());
      Await.until("the backend is let go", () -> arena.backend().working() == 0);
    }
  }

  private static H2cArena arena(Answer answer) {
    return new H2cArena(
        connection -> {
          var peer = new H2cPeer(connection);
          int stream = peer.request().stream();
          answer.to(peer, stream);
          peer.awaitEnd();
        });
  }

  @Test
  void pingsWithoutEnd() throws Exception {
    refused(
        (peer, stream) -> {
          for (int i = 0; i < 20_000; i++) {
            peer.frame(Http2Client.PING, 0, 0, new byte[8]);
          }
        });
  }

  @Test
  void continuationsWithoutEnd() throws Exception {
    refused(
        (peer, stream) -> {
          peer.frame(Http2Client.HEADERS, 0, stream, Http2Client.block(":status", "200"));
          for (int i = 0; i < 20_000; i++) {
            peer.frame(Http2Client.CONTINUATION, 0, stream, new byte[0]);
          }
        });
  }

  @Test
  void headersWithoutMeasure() throws Exception {
    refused(
        (peer, stream) -> {
          peer.frame(Http2Client.HEADERS, 0, stream, Http2Client.block(":status", "200"));
          for (int i = 0; i < 200; i++) {
            peer.frame(
                Http2Client.CONTINUATION,
                0,
                stream,
                Http2Client.block("x-" + i, "v".repeat(10_000)));
          }
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ":status=200;connection=close",
        ":status=200;transfer-encoding=chunked",
        ":status=200;upgrade=websocket",
        ":status=200;X-Upper=1",
        ":status=200;x=a\r\nb: c",
        ":status=2000",
        ":status=101",
        "x=y",
        ":status=200;content-length=5;content-length=6",
      })
  void aMalformedAnswerIsAnErrorOfItsStreamAlone(String fields) throws Exception {
    String[] pairs = fields.split("[;=]", -1);
    try (var arena =
            new H2cArena(
                connection -> {
                  var peer = new H2cPeer(connection);
                  int stream = peer.request().stream();
                  peer.headers(stream, false, pairs);
                  peer.answer(peer.request().stream(), "good");
                  peer.awaitEnd();
                });
        var client = arena.client()) {
      assertEquals(502, client.get(1, "/x").answer(1).status());
      assertEquals("502 upstream_invalid", arena.gateway().awaitLogged(1).outcome());
      assertEquals("good", client.get(3, "/y").answer(3).body());
      assertEquals(1, arena.backend().connections());
    }
  }

  @Test
  void aLengthWithoutABody() throws Exception {
    try (var arena =
            new H2cArena(
                connection -> {
                  var peer = new H2cPeer(connection);
                  int stream = peer.request().stream();
                  peer.headers(stream, true, ":status", "200", "content-length", "5");
                  peer.answer(peer.request().stream(), "good");
                  peer.awaitEnd();
                });
        var client = arena.http1()) {
      assertEquals(502, client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n").read().status());
      assertEquals("good", client.send("GET /y HTTP/1.1\r\nHost: h\r\n\r\n").read().body());
      assertEquals(1, arena.backend().connections());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLengthWithAnEmptyBody(boolean withTrailers) throws Exception {
    try (var arena =
            arena(
                (peer, stream) -> {
                  peer.headers(stream, false, ":status", "200", "content-length", "5");
                  if (withTrailers) {
                    peer.headers(stream, true, "x-sum", "0");
                  } else {
                    peer.data(stream, "", true);
                  }
                });
        var client = arena.http1()) {
      client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n").readUntil("\r\n\r\n");
      assertTrue(client.endsWithin(Duration.ofSeconds(5)), "what is missing cannot be made up for");
    }
  }

  @Test
  void aBackendThatSpeaksHttp1() throws Exception {
    try (var arena =
            new H2cArena(
                connection -> {
                  connection.in().readNBytes(24);
                  connection.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
                  connection.awaitEnd();
                });
        var client = arena.client()) {
      assertEquals(502, client.get(1, "/x").answer(1).status());
    }
  }

  @Test
  void aBackendThatIsNotThere() throws Exception {
    try (var arena = new H2cArena(connection -> {})) {
      arena.backend().stopListening();
      try (var client = arena.client()) {
        assertEquals(502, client.get(1, "/x").answer(1).status());
        assertEquals("502 upstream_unreachable", arena.gateway().awaitLogged(1).outcome());
      }
    }
  }
}

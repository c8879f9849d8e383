package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SlowClientTest {

  private final Arena arena =
      new Arena(", limits: {headerTimeout: 300ms, idleTimeout: 1s}", ", timeouts: {idle: 300ms}");

  @AfterAll
  void close() {
    arena.close();
  }

  @Test
  void headersThatDoNotEndAreAnsweredByADeadline() {
    try (RawClient client = arena.client()) {
      client.send("GET /a/unfinished HTTP/1.1\r\nHost: h\r\n");
      RawResponse response = client.read();
      assertEquals(408, response.status());
      assertTrue(response.text().contains("\"reason\":\"header_timeout\""), response.text());
      assertFalse(arena.backend().received().contains("unfinished"));
    }
  }

  @Test
  void aByteNowAndThenDoesNotMoveTheDeadline() throws IOException {
    try (RawClient client = arena.client()) {
      client.send("GET /a/attack HTTP/1.1\r\nHost: h\r\nX: ");
      client.socket().setSoTimeout(20);
      int sent = 0;
      while (client.socket().getInputStream().available() == 0 && sent < 500) {
        client.send("y");
        sent++;
        pause(client);
      }
      client.socket().setSoTimeout(10_000);
      assertEquals(List.of(408), statuses(client));
      assertTrue(sent < 400, "a byte at a time was read for long: " + sent);
    }
  }

  /** Lets 20 ms pass unless the proxy speaks or leaves. */
  private static void pause(RawClient client) throws IOException {
    synchronized (client) {
      try {
        client.wait(20);
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
  }

  @Test
  void aBodyThatDoesNotGoOnIsAnsweredByADeadline() {
    for (String framing : List.of("Content-Length: 10", "Transfer-Encoding: chunked")) {
      try (RawClient client = arena.client()) {
        client.send("POST /a/attack HTTP/1.1\r\nHost: h\r\n" + framing + "\r\n\r\n5\r\nhe");
        assertEquals(List.of(408), statuses(client), framing);
      }
    }
    assertTrue(arena.requests().stream().noneMatch(request -> request.contains("/attack")));
  }

  @Test
  void anIdleConnectionIsEndedWithoutAWord() {
    try (RawClient client = arena.client()) {
      assertTrue(client.endsWithin(Duration.ofSeconds(10)));
    }
    try (RawClient client = arena.client()) {
      assertEquals(200, client.send("GET /a/x HTTP/1.1\r\nHost: h\r\n\r\n").read().status());
      assertTrue(client.endsWithin(Duration.ofSeconds(10)));
    }
  }

  @Test
  void theHeaderDeadlineEndsWithTheHeaders() {
    RawBackend slow =
        new RawBackend(
            connection -> {
              connection.readRequest();
              Thread.sleep(Duration.ofMillis(700));
              connection.send("HTTP/1.1 204 Yes\r\nConnection: close\r\n\r\n");
            });
    String auth =
        ", auth: {mode: External, external: {timeout: 5s, url: \"http://127.0.0.1:"
            + slow.port()
            + "/\"}}, limits: {headerTimeout: 300ms, idleTimeout: 300ms}";
    try (slow;
        var guarded = new Arena(auth, "");
        var client = guarded.client()) {
      client.send("GET /a/x HTTP/1.1\r\nHost: ").send("h\r\n\r\n");
      assertEquals(200, client.read().status());
    }
  }

  private static List<Integer> statuses(RawClient client) {
    return Outcome.of(client).responses().stream().map(RawResponse::status).toList();
  }
}

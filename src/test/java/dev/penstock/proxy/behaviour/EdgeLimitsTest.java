package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EdgeLimitsTest {

  private static final String HEAD = "GET /a/attack HTTP/1.1\r\nHost: h\r\n";

  @Test
  void moreThan100FieldsAreRefused() {
    try (var arena = new Arena()) {
      arena.passes("GET /a/x HTTP/1.1\r\nHost: h\r\n" + "X: y\r\n".repeat(99) + "\r\n");
      arena.refuses(431, HEAD + "X: y\r\n".repeat(100) + "\r\n");
      arena.refuses(431, HEAD + "X: y\r\n".repeat(5000) + "\r\n");
    }
  }

  @Test
  void moreThan32KiBOfFieldsAreRefused() {
    try (var arena = new Arena()) {
      arena.passes("GET /a/x HTTP/1.1\r\nHost: h\r\nX: " + "y".repeat(32_750) + "\r\n\r\n");
      arena.refuses(431, HEAD + "X: " + "y".repeat(32_768) + "\r\n\r\n");
      arena.refuses(431, HEAD + "y".repeat(40_000));
    }
  }

  @Test
  void aRequestLineOfMoreThan8KiBIsRefused() {
    try (var arena = new Arena()) {
      int around = "GET /a/ HTTP/1.1".length();
      String target = "/a/" + "x".repeat(8192 - around);
      String fields = " HTTP/1.1\r\nHost: h\r\n\r\n";
      arena.passes("GET " + target + fields);
      arena.refuses(414, "GET " + target.replace("/a/xxxxxx", "/a/attack") + "y" + fields);
      arena.refuses(414, "GET /a/attack?" + "y".repeat(100_000));
    }
  }

  @Test
  void theLimitsAreTheConfigs() {
    String limits = ", limits: {maxHeaders: 8, maxHeaderBytes: 1Ki, maxRequestLineBytes: \"256\"}";
    try (var arena = new Arena(limits, "")) {
      arena.refuses(431, HEAD + "X: y\r\n".repeat(8) + "\r\n");
      arena.refuses(431, HEAD + "X: " + "y".repeat(1100) + "\r\n\r\n");
      arena.refuses(414, "GET /a/attack?" + "y".repeat(256) + " HTTP/1.1\r\nHost: h\r\n\r\n");
    }
  }

  @Test
  void oneClientHasNoMoreConnectionsThanItMay() {
    try (var arena = new Arena(", limits: {maxConnectionsPerClient: 3}", "")) {
      assertOnlyThree(arena);
    }
  }

  @Test
  void thereAreNoMoreConnectionsThanThereMayBe() {
    try (var arena = new Arena(", limits: {maxConnections: 3}", "")) {
      assertOnlyThree(arena);
    }
  }

  private static void assertOnlyThree(Arena arena) {
    List<RawClient> open = new ArrayList<>();
    try {
      for (int i = 0; i < 3; i++) {
        RawClient client = arena.client();
        open.add(client);
        assertEquals(200, get(client));
      }
      try (RawClient surplus = arena.client()) {
        assertTrue(surplus.endsWithin(Duration.ofSeconds(10)));
      }
      assertEquals(200, get(open.getFirst()));
      open.removeFirst().close();
      assertTrue(someConnectionIsServedAgain(arena));
    } finally {
      open.forEach(RawClient::close);
    }
  }

  private static int get(RawClient client) {
    return client.send("GET /a/x HTTP/1.1\r\nHost: h\r\n\r\n").read().status();
  }

  private static boolean someConnectionIsServedAgain(Arena arena) {
    // The proxy learns of the end of a connection a moment after the client has ended it.
    for (int i = 0; i < 1000; i++) {
      try (RawClient next = arena.client()) {
        return get(next) == 200;
      } catch (AssertionError e) {
        Thread.onSpinWait();
      }
    }
    return false;
  }
}

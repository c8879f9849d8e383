package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MethodTest {

  private final Arena arena = new Arena();

  @AfterAll
  void close() {
    arena.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"CONNECT /a/attack", "TRACE /a/attack", "TRACE http://h/a/attack"})
  void connectAndTraceAreNotServed(String start) {
    try (RawClient client = arena.client()) {
      RawResponse response = client.send(start + " HTTP/1.1\r\nHost: h\r\n\r\n").read();
      assertEquals(405, response.status());
      assertTrue(response.header("allow").isPresent());
      assertFalse(arena.backend().received().contains("attack"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"h:443", "127.0.0.1:22", "h"})
  void aTunnelIsNeverOpenedAndWhatWasMeantForItIsNotRead(String authority) {
    arena.refuses(405, "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"get", "Get", "PROPFIND", "M-SEARCH", "X_Y.Z", "PRI"})
  void otherMethodsPassAsTheyAre(String method) {
    String got = arena.passes(method + " /a/x HTTP/1.1\r\nHost: h\r\n\r\n");
    assertTrue(got.startsWith(method + " /x HTTP/1.1\r\n"), got);
  }

  @Test
  void aMethodOfMoreThan32BytesIsRefused() {
    arena.refuses(400, "X".repeat(33) + " /a/attack HTTP/1.1\r\nHost: h\r\n\r\n");
  }

  @Test
  void aRefusalBehindAHeadRequestHasItsBody() {
    try (RawClient client = arena.client()) {
      client.send("HEAD /a/x HTTP/1.1\r\nHost: h\r\n\r\n");
      assertEquals(200, client.readHeadAnswer().status());
      RawResponse refusal = client.send("G@T / HTTP/1.1\r\n\r\n").read();
      assertEquals(400, refusal.status());
      assertTrue(refusal.complete());
    }
  }
}

package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LineEndingTest {

  private final Arena arena = new Arena();

  @AfterAll
  void close() {
    arena.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /a/attack HTTP/1.1\nHost: h\r\n\r\n",
        "GET /a/attack HTTP/1.1\r\nHost: h\n\r\n",
        "GET /a/attack HTTP/1.1\r\nHost: h\r\n\n",
        "GET /a/attack HTTP/1.1\r\nHost: h\nX: y\r\n\r\n",
        "GET /a/attack HTTP/1.1\nHost: h\n\n",
        "\nGET /a/attack HTTP/1.1\r\nHost: h\r\n\r\n"
      })
  void aBareLineFeedIsRefused(String attack) {
    arena.refuses(400, attack);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /a/attack HTTP/1.1\rHost: h\r\n\r\n",
        "GET /a/attack\r HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /a/attack HTTP/1.1\r\r\nHost: h\r\n\r\n",
        "GET /a/attack HTTP/1.1\r\nHost: h\rX: y\r\n\r\n",
        "GET /a/attack HTTP/1.1\r\nHost: h\r\r\n\r\n",
        "GET /a/attack HTTP/1.1\r\nHost: h\r\n\rX: y\r\n\r\n",
        "GET /a/attack HTTP/1.1\r\nHost: h\r\n\r\r\n\r\n",
        "\rGET /a/attack HTTP/1.1\r\nHost: h\r\n\r\n"
      })
  void aBareCarriageReturnIsRefused(String attack) {
    arena.refuses(400, attack);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /a/attack HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n",
        "GET /a/attack HTTP/1.1\r\nHost: h\r\nX: a\r\n\tb: c\r\n\r\n",
        "GET /a/attack HTTP/1.1\r\nHost:\r\n h\r\n\r\n",
        "GET /a/attack HTTP/1.1\r\n Host: h\r\n\r\n",
        "GET /a/attack HTTP/1.1\r\nHost: h\r\n \r\n\r\n"
      })
  void aFoldedLineIsRefused(String attack) {
    arena.refuses(400, attack);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /a/attack\u0000 HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET\u0000 /a/attack HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /a/attack HTTP/1.1\u0000\r\nHost: h\r\n\r\n",
        "GET /a/attack HTTP/1.1\r\nHost: h\u0000\r\n\r\n",
        "GET /a/attack HTTP/1.1\r\nHo\u0000st: h\r\n\r\n",
        "GET /a/attack HTTP/1.1\r\nHost: h\r\n\u0000\r\n\r\n",
        "\u0000GET /a/attack HTTP/1.1\r\nHost: h\r\n\r\n"
      })
  void aNulIsRefusedWhereverItIs(String attack) {
    arena.refuses(400, attack);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET  /a/attack HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /a/attack  HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /a/attack HTTP/1.1 \r\nHost: h\r\n\r\n",
        " GET /a/attack HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET\t/a/attack HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /a/attack\r\nHost: h\r\n\r\n",
        "GET /a/attack http/1.1\r\nHost: h\r\n\r\n",
        "GET /a/attack HTTP/1.1.1\r\nHost: h\r\n\r\n",
        "GET /a/attack HTTP/11\r\nHost: h\r\n\r\n",
        "GET /a/attack x HTTP/1.1\r\nHost: h\r\n\r\n",
        "G(T /a/attack HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /a/attack\u00e9 HTTP/1.1\r\nHost: h\r\n\r\n",
        "\r\n\r\nGET /a/attack HTTP/1.1\r\nHost: h\r\n\r\n"
      })
  void aRequestLineOfAnotherShapeIsRefused(String attack) {
    arena.refuses(400, attack);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.2", "HTTP/1.9", "HTTP/2.0", "HTTP/0.9", "HTTP/3.1"})
  void anotherVersionIsNotSupported(String version) {
    arena.refuses(505, "GET /a/attack " + version + "\r\nHost: h\r\n\r\n");
  }

  @Test
  void oneEmptyLineBeforeARequestIsReadOverHoweverItComes() {
    String end = "GET /a/x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    for (Delivery delivery : Delivery.values()) {
      Outcome outcome = arena.send("\r\n" + end, delivery);
      assertEquals(200, outcome.responses().getLast().status(), delivery.name());
    }
  }
}

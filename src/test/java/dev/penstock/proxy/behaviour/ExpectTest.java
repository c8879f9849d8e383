package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExpectTest {

  private static final String FIELDS =
      " HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";

  private final Arena arena = new Arena("", ", maxBodySize: 16Ki");

  @AfterAll
  void close() {
    arena.close();
  }

  @Test
  void theClientIsToldToGoOnOnlyOnceItsBodyIsWanted() {
    try (RawClient client = arena.client()) {
      client.send("POST /a/x" + FIELDS);
      assertEquals(100, client.read().status());
      assertEquals(200, client.send("hello").read().status());
      String got = arena.requests().getLast();
      assertTrue(got.endsWith("\r\n\r\nhello"), got);
      assertFalse(got.toLowerCase(Locale.ROOT).contains("expect"), got);
      assertEquals(200, client.send("GET /a/y HTTP/1.1\r\nHost: h\r\n\r\n").read().status());
    }
  }

  @Test
  void aRefusedRequestIsNotToldToGoOnAndWhatComesBehindIsNotRead() {
    arena.refuses(404, "POST /attack" + FIELDS);
  }

  @Test
  void aBodyThatIsTooLargeIsRefusedBeforeAByteOfIt() {
    String head = "POST /a/attack HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n";
    arena.refuses(413, head + "Content-Length: 16385\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "200-ok", "100-continue, x", "100-continue;q=1", "100-continuee"})
  void anotherExpectationCannotBeMet(String expectation) {
    arena.refuses(
        417,
        "POST /a/attack HTTP/1.1\r\nHost: h\r\nExpect: "
            + expectation
            + "\r\nContent-Length: 5\r\n\r\nhello");
  }

  @Test
  void withoutABodyThereIsNothingToGoOnWith() {
    try (RawClient client = arena.client()) {
      client.send("GET /a/x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n\r\n");
      assertEquals(200, client.read().status());
    }
  }

  @Test
  void anHttp10ClientIsNeverSent100() {
    try (RawClient client = arena.client()) {
      client.send("POST /a/x HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello");
      assertEquals(200, client.read().status());
    }
  }
}

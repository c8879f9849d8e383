package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnreadBodyTest {

  private static final String END = "GET /a/end HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

  private final RawBackend denying =
      RawBackend.answering("HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno");
  private final Arena arena = new Arena("", ", maxBodySize: 16Ki");
  private final Arena guarded =
      new Arena(
          ", auth: {mode: External, external: {url: \"http://127.0.0.1:"
              + denying.port()
              + "/auth\"}}",
          "");

  @AfterAll
  void close() {
    arena.close();
    guarded.close();
    denying.close();
  }

  private static String post(String path, String body) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: h\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  void theBodyOfARefusedRequestIsReadOverAndNeverAsARequest(Delivery delivery) {
    Outcome outcome = arena.send(post("/attack", Arena.SMUGGLED) + END, delivery);
    List<Integer> statuses = outcome.responses().stream().map(RawResponse::status).toList();
    assertEquals(List.of(404, 200), statuses.subList(statuses.size() - 2, statuses.size()));
    assertFalse(arena.backend().received().contains("smuggled"));
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  void theBodyOfAnUnauthorizedRequestIsNeverReadAsARequest(Delivery delivery) {
    Outcome outcome = guarded.send(post("/a/attack", Arena.SMUGGLED) + END, delivery);
    int expected = delivery == Delivery.BEHIND_A_GOOD_REQUEST ? 3 : 2;
    assertEquals(expected, outcome.responses().size());
    assertTrue(outcome.responses().stream().allMatch(response -> response.status() == 401));
    assertEquals("", guarded.backend().received());
    assertFalse(denying.received().contains("smuggled"));
  }

  @Test
  void aChunkedBodyOfAnUnauthorizedRequestEndsTheConnection() {
    for (Delivery delivery : List.of(Delivery.WHOLE, Delivery.BYTE_BY_BYTE)) {
      Outcome outcome =
          guarded.send(
              "POST /a/attack HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked"
                  + "\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
                  + Arena.SMUGGLED,
              delivery);
      assertEquals(List.of(401), outcome.responses().stream().map(RawResponse::status).toList());
      assertEquals("", guarded.backend().received());
      assertFalse(denying.received().contains("smuggled"));
    }
  }

  @Test
  void aDeclaredBodyThatIsTooLargeIsRefusedAndNotRead() {
    arena.refuses(413, post("/a/attack", "x".repeat(16 * 1024) + "y"));
    arena.refuses(413, "POST /a/attack HTTP/1.1\r\nHost: h\r\nContent-Length: 20000\r\n\r\n");
  }

  @Test
  void theRefusalComesBeforeAByteOfTheBody() {
    try (RawClient client = arena.client()) {
      client.send("POST /a/attack HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999\r\n\r\n");
      assertEquals(413, client.read().status());
      assertFalse(arena.backend().received().contains("attack"));
    }
  }

  @Test
  void aBodyOfJustTheLimitPasses() {
    String body = "x".repeat(16 * 1024);
    assertTrue(arena.passes(post("/a/x", body)).endsWith(body));
  }

  @Test
  void aCompressedBodyPassesAsItIs() {
    String bomb = "\u001f\u008b\u0008\u0000zipped\u00ff\u0000";
    String request = post("/a/x", bomb).replace("Host: h", "Host: h\r\nContent-Encoding: gzip");
    String got = arena.passes(request);
    assertTrue(got.endsWith("\r\n\r\n" + bomb), got);
    assertTrue(got.contains("\r\nContent-Encoding: gzip\r\n"), got);
  }
}

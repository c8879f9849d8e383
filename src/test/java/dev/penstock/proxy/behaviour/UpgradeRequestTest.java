package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UpgradeRequestTest {

  private static final String WEBSOCKET =
      "GET /a/x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket"
          + "\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

  private final Arena arena = new Arena();

  @AfterAll
  void close() {
    arena.close();
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  void withoutA101TheBytesBehindAreANewRequestWithItsOwnRoute(Delivery delivery) {
    Outcome outcome =
        arena.send(
            WEBSOCKET + "GET /nowhere HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", delivery);
    List<Integer> statuses = outcome.responses().stream().map(RawResponse::status).toList();
    assertEquals(List.of(200, 404), statuses.subList(statuses.size() - 2, statuses.size()));
    assertFalse(arena.backend().received().contains("nowhere"));
  }

  @Test
  void whatIsNoRequestBehindAnUpgradeThatWasNotTakenIsRefused() {
    try (RawClient client = arena.client()) {
      assertEquals(200, client.send(WEBSOCKET).read().status());
      client.send("\u0081\u0085aaaahello" + Arena.SMUGGLED);
      assertEquals(400, client.read().status());
      assertFalse(arena.backend().received().contains("smuggled"));
    }
  }

  @Test
  void anUpgradeToHttp2InPlainTextIsDroppedWithItsSettings() {
    String got =
        arena.passes(
            "GET /a/x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings"
                + "\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n");
    String lower = got.toLowerCase(Locale.ROOT);
    assertFalse(lower.contains("upgrade") || lower.contains("h2c"), got);
    assertFalse(lower.contains("http2-settings"), got);
  }
}

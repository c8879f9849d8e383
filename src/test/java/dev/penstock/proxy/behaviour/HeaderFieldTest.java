package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HeaderFieldTest {

  private static final String HEAD = "GET /a/attack HTTP/1.1\r\nHost: h\r\n";
  private static final String SOUND_HEAD = "GET /a/x HTTP/1.1\r\nHost: h\r\n";

  private final Arena arena = new Arena();

  @AfterAll
  void close() {
    arena.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no colon", "nocolon", ": no name", ":", "a b: c", "a(b): c", "a\"b: c", "a/b: c",
        "a[b]: c", "a{b}: c", "a,b: c", "a;b: c", "a<b: c", "a=b: c", "a?b: c", "a@b: c",
        "a\\b: c", "a\u0001b: c", "a\u007fb: c", "a\u00e9b: c", "X : c", "X\t: c"
      })
  void aNameThatIsNoTokenIsRefused(String line) {
    arena.refuses(400, HEAD + line + "\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0000", "\u0001", "\u0008", "\u000b", "\u000c", "\u000e", "\u001b", "\u001f", "\u007f"
      })
  void aControlByteInAValueIsRefused(String control) {
    arena.refuses(400, HEAD + "X: a" + control + "b\r\n\r\n");
    arena.refuses(400, HEAD + "X: " + control + "\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host", "host", "Content-Length", "Transfer-Encoding", "Authorization", "X-API-Key",
        "Cookie", "X-Forwarded-For", "X-Forwarded-Anything", "X-Real-IP", "Forwarded", "Expect",
        "close, X-API-Key", "keep-alive\r\nConnection: x-forwarded-for", ",,Authorization,"
      })
  void connectionCannotNominateWhatMatters(String nominated) {
    arena.refuses(400, HEAD + "Connection: " + nominated + "\r\n\r\n");
  }

  @Test
  void whatConnectionNominatesGoesNoFurther() {
    String got =
        arena.passes(
            SOUND_HEAD
                + "Connection: Keep-Alive, X-One\r\nX-One: 1\r\nX-Two: 2\r\nx-one: 3"
                + "\r\nConnection: x-TWO,,\r\nX-Three: 4\r\nKeep-Alive: 9\r\nTE: trailers"
                + "\r\nProxy-Connection: x\r\nProxy-Authorization: x\r\nTrailer: x\r\n\r\n");
    String lower = got.toLowerCase(Locale.ROOT);
    assertTrue(lower.contains("\r\nx-three: 4\r\n"), got);
    for (String name : new String[] {"x-one", "x-two", "keep-alive", "te", "proxy-", "trailer"}) {
      assertFalse(lower.contains("\r\n" + name), got);
    }
    assertFalse(lower.contains("\r\nconnection:"), got);
  }

  @Test
  void bytesBeyondAsciiInAValuePassUnchanged() {
    String got = arena.passes(SOUND_HEAD + "X: \u00e9\u0080\u00ff\tz\r\n\r\n");
    assertTrue(got.contains("\r\nX: \u00e9\u0080\u00ff\tz\r\n"), got);
  }

  @Test
  void anEmptyValueIsSound() {
    String got = arena.passes(SOUND_HEAD + "X:\r\nY:  \r\nZ: z\r\n\r\n");
    assertTrue(got.contains("\r\nX:\r\nY:  \r\nZ: z\r\n"), got);
  }
}

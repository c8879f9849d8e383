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
class ChunkedBodyTest {

  private static final String HEAD =
      "POST /a/attack HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  private static final String SOUND_HEAD = HEAD.replace("attack", "x");

  private final Arena arena = new Arena("", ", maxBodySize: 16Ki");

  @AfterAll
  void close() {
    arena.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " 5",
        "5 ",
        "\t5",
        "0x5",
        "+5",
        "-1",
        "-0",
        "0_5",
        "5h",
        "g",
        "\"5\"",
        "5,5",
        "\u00005",
        "ffffffffffffffff",
        "10000000000000005",
        "8000000000000000",
        "00000000000000005",
        "5\u000b",
        "5 ;a",
        ";",
        ";a=b",
        "\u00b2"
      })
  void aChunkSizeOfAnotherFormIsRefused(String size) {
    arena.refusesBody(400, HEAD + size + "\r\nhello\r\n0\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5\nhello\r\n0\r\n\r\n",
        "5\r\nhello\n0\r\n\r\n",
        "5\r\nhello\r\n0\n\r\n",
        "5\r\nhello\r\n0\r\n\n",
        "5;a\nhello\r\n0\r\n\r\n",
        "5\rhello\r\n0\r\n\r\n",
        "5\r\nhello\r0\r\n\r\n",
        "5;a\rb\r\nhello\r\n0\r\n\r\n",
        "5\r\nhello\r\n0\r\nX: y\n\r\n",
        "\n5\r\nhello\r\n0\r\n\r\n",
        "5\r\nhello\r\n\r\n0\r\n\r\n"
      })
  void aLineEndOfAnotherFormIsRefused(String body) {
    arena.refusesBody(400, HEAD + body);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5\r\nhello!\r\n0\r\n\r\n",
        "5\r\nhello0\r\n\r\n",
        "4\r\nhello\r\n0\r\n\r\n",
        "5\r\nhellox\n0\r\n\r\n",
        "5\r\nhello\rx0\r\n\r\n"
      })
  void dataBeyondTheSizeOfItsChunkIsRefused(String body) {
    arena.refusesBody(400, HEAD + body);
  }

  @ParameterizedTest
  @ValueSource(strings = {"5;a\u0000b", "5;\u001b", "5;a=\"\u007f\"", "5;\u00e9"})
  void anExtensionWithAControlByteIsRefused(String line) {
    arena.refusesBody(400, HEAD + line + "\r\nhello\r\n0\r\n\r\n");
  }

  @Test
  void aFloodOfExtensionsIsRefused() {
    arena.refusesBody(400, HEAD + "5;" + "x".repeat(64 * 1024) + "\r\nhello\r\n0\r\n\r\n");
    String chunk = "1;" + "x".repeat(200) + "\r\nh\r\n";
    arena.refusesBody(400, HEAD + chunk.repeat(350) + "0\r\n\r\n");
  }

  @Test
  void aFloodOfTrailersIsRefused() {
    arena.refusesBody(431, HEAD + "0\r\nX: " + "x".repeat(64 * 1024) + "\r\n\r\n");
    arena.refusesBody(431, HEAD + "0\r\n" + "X: y\r\n".repeat(10_000) + "\r\n");
    arena.refusesBody(431, HEAD + "0\r\n" + "X: y\r\n".repeat(33) + "\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no colon",
        ": no name",
        "a b: c",
        "X : y",
        " X: y",
        "X: a\r\n b",
        "X: a\u0000",
        "X: a\rb",
        "X\u0000: a",
        "GET /a/x HTTP/1.1"
      })
  void aMalformedTrailerIsRefused(String trailer) {
    arena.refusesBody(400, HEAD + "5\r\nhello\r\n0\r\n" + trailer + "\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: evil", "X-API-Key: stolen", "Content-Length: 7", "Transfer-Encoding: chunked",
        "X-Forwarded-For: 192.0.2.1", "Authorization: evil", "Content-Type: evil", "Plain: evil"
      })
  void trailersAreNeverMergedNorPassedOn(String trailer) {
    String got = arena.passes(SOUND_HEAD + "5\r\nhello\r\n0\r\n" + trailer + "\r\n\r\n");
    assertTrue(got.endsWith("\r\n5\r\nhello\r\n0\r\n\r\n"), got);
    String value = trailer.substring(trailer.indexOf(' ') + 1);
    String rest = got.replace("Transfer-Encoding: chunked", "").toLowerCase(Locale.ROOT);
    assertFalse(rest.contains(": " + value + "\r\n"), got);
  }

  @Test
  void extensionsAreReadOver() {
    String got = arena.passes(SOUND_HEAD + "5;a=b;c=\"d e\"\r\nhello\r\n0;z\r\n\r\n");
    assertTrue(got.endsWith("\r\n5\r\nhello\r\n0\r\n\r\n"), got);
  }

  @Test
  void tooMuchIsRefusedOnceEvenWithGarbageBehindIt() {
    arena.refusesBody(413, HEAD + "4001\r\n" + "x".repeat(0x4001) + "garbage");
    String half = "2001\r\n" + "x".repeat(0x2001) + "\r\n";
    arena.refusesBody(413, HEAD + half + half + "garbage\r\n");
  }

  @Test
  void anUnfinishedBodyNeverReachesTheBackendWhole() {
    try (RawClient client = arena.client()) {
      client.send(HEAD + "5\r\nhello\r\n0\r\n");
    }
    arena.passes(SOUND_HEAD + "0\r\n\r\n");
    assertTrue(arena.requests().stream().noneMatch(request -> request.contains("/attack")));
  }
}

package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContentLengthTest {

  private static final String HEAD = "POST /a/attack HTTP/1.1\r\nHost: h\r\n";

  private final Arena arena = new Arena();

  @AfterAll
  void close() {
    arena.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "5, 5",
        "5,5",
        "5,6",
        "+5",
        "-5",
        "-0",
        "0x5",
        "5 5",
        "5;",
        "5.0",
        "\"5\"",
        "1e1",
        "five",
        "5\u00a0",
        "\u00b2",
        "9223372036854775808",
        "18446744073709551621",
        "99999999999999999999999999",
        "4294967296000000000",
        "5\u000b",
        "0_5",
        "NaN"
      })
  void aLengthThatIsNotOneDecimalNumberIsRefused(String length) {
    arena.refuses(400, HEAD + "Content-Length: " + length + "\r\n\r\nhello");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5\r\nContent-Length: 5",
        "Content-Length: 5\r\nContent-Length: 0",
        "Content-Length: 0\r\ncontent-length: 5",
        "CONTENT-LENGTH: 5\r\nX: y\r\nContent-Length: 5",
        "Content-Length: 5\r\nContent-Length:"
      })
  void twoLengthsAreRefusedEvenWhenTheyAgree(String lengths) {
    arena.refuses(400, HEAD + lengths + "\r\n\r\nhello");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Content-Length: 0\r\nTransfer-Encoding: identity",
        "Content-Length: 5\r\nTransfer-Encoding:",
        "transfer-encoding: Chunked\r\ncontent-length: 5"
      })
  void aLengthBesideATransferEncodingIsRefused(String fields) {
    arena.refuses(400, HEAD + fields + "\r\n\r\n0\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length : 5", "Content-Length\t: 5", " Content-Length: 5"})
  void blanksAroundTheNameAreRefused(String field) {
    arena.refuses(400, HEAD + field + "\r\n\r\nhello");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content_Length: 5", "Content.Length: 5"})
  void anAliasOfItIsDroppedAndMeansNothing(String field) {
    String got = arena.passes("GET /a/x HTTP/1.1\r\nHost: h\r\n" + field + "\r\n\r\n");
    assertTrue(!got.contains("ontent_") && !got.contains("ontent."), got);
  }

  @Test
  void aSoundLengthPassesAsItIs() {
    String got = arena.passes("POST /a/x HTTP/1.1\r\nHost: h\r\nContent-Length:  5\t\r\n\r\nhello");
    assertTrue(got.endsWith("\r\n\r\nhello"), got);
  }
}

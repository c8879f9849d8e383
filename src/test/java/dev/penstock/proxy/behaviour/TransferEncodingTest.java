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
class TransferEncodingTest {

  private static final String HEAD = "POST /a/attack HTTP/1.1\r\nHost: h\r\n";
  private static final String BODY = "\r\n\r\n5\r\nhello\r\n0\r\n\r\n";

  private final Arena arena = new Arena();

  @AfterAll
  void close() {
    arena.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "xchunked",
        "chunkedx",
        "chunked,chunked",
        "chunked, chunked",
        "gzip,chunked",
        "chunked, gzip",
        "gzip",
        "identity",
        "chunked, identity",
        "chunked;q=1",
        "\"chunked\"",
        "'chunked'",
        "chunked,",
        ",chunked",
        "chunked identity",
        "chunk",
        "chunked\u000b",
        "\u000bchunked",
        "\u000cchunked",
        "chunked\u0000",
        "chunked\u00a0",
        "\u00a0chunked",
        "chunked\u0085",
        "chunked\u007f",
        "c hunked"
      })
  void anythingButChunkedIsRefused(String coding) {
    arena.refuses(400, HEAD + "Transfer-Encoding: " + coding + BODY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer-Encoding : chunked",
        "Transfer-Encoding\t: chunked",
        "Transfer-Encoding\u000b: chunked",
        " Transfer-Encoding: chunked",
        "Transfer-Encoding:\r\n chunked",
        "Transfer-Encoding: chunked\r\n , identity",
        "X: y\r\n Transfer-Encoding: chunked",
        "Transfer-Encoding\r\n: chunked",
        "X: y\rTransfer-Encoding: chunked",
        "X: y\nTransfer-Encoding: chunked",
        "Transfer\u00adEncoding: chunked",
        "Transfer-Encoding\u0000: chunked"
      })
  void aDisguisedFieldIsRefused(String field) {
    arena.refuses(400, HEAD + field + BODY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding: identity\r\ntransfer-encoding: chunked"
      })
  void twoFieldsAreRefused(String fields) {
    arena.refuses(400, HEAD + fields + BODY);
  }

  @Test
  void itIsRefusedInHttp10() {
    String head = "POST /a/attack HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n";
    arena.refuses(400, head + "Transfer-Encoding: chunked" + BODY);
  }

  @Test
  void connectionCannotTakeItAway() {
    arena.refuses(400, HEAD + "Connection: transfer-encoding\r\nTransfer-Encoding: chunked" + BODY);
    arena.refuses(400, HEAD + "Connection: close, Content-Length\r\nContent-Length: 0\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Transfer_Encoding", "Transfer.Encoding"})
  void anAliasOfItIsDroppedAndMeansNothing(String name) {
    String got = arena.passes("GET /a/x HTTP/1.1\r\nHost: h\r\n" + name + ": chunked\r\n\r\n");
    assertFalse(got.toLowerCase(Locale.ROOT).contains("transfer"), got);
  }

  @ParameterizedTest
  @ValueSource(strings = {"chunked", "Chunked", "CHUNKED", "\t chunked "})
  void chunkedPassesAndIsWrittenAnew(String coding) {
    String got =
        arena.passes(
            "POST /a/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
                + coding
                + "\r\n\r\n5;ext=\"a\"\r\nhello\r\n00\r\n\r\n");
    assertTrue(got.endsWith("\r\nTransfer-Encoding: chunked" + BODY), got);
  }
}

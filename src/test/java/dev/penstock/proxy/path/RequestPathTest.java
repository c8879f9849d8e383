package dev.penstock.proxy.path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestPathTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/stt",
        "/stt/",
        "/stt/v1/audio.mp3",
        "/a-b_c~d/e!f$g&h'i(j)k*l+m,n;o=p:q@r",
        "/v1/models/llama3.2:1b",
        "/a;x=1/b",
        "/a../b",
        "/a./b",
        "/%20/%C3%A9",
        "/%252e%252e/x",
        "/...",
        "/..a/.b",
        "/....;x"
      })
  void leavesACanonicalPathAsItIs(String path) {
    assertEquals(path, canonical(path));
  }

  @ParameterizedTest
  @CsvSource({
    "/%6c%6Cm, /llm",
    "/%7euser, /~user",
    "/%2Dx%5F%2e, /-x_.",
    "/caf%c3%a9, /caf%C3%A9",
    "/a%3ab, /a%3Ab",
    "/a%3fb, /a%3Fb",
    "/a%23b, /a%23b",
    "/a%0d%0aHost:%20x, /a%0D%0AHost:%20x",
    "/%252e%252E/llm, /%252e%252E/llm",
    "/%25%32%65, /%252e",
    "/%25%32, /%252",
    "//llm, /llm",
    "///a////b//, /a/b/",
    "//evil.example/llm, /evil.example/llm",
    "/./llm, /llm",
    "/%2e/llm, /llm",
    "/a/., /a/",
    "/a/.., /",
    "/a/../, /",
    "/a/b/.., /a/",
    "/a/b/../c, /a/c",
    "/open/../llm, /llm",
    "/open/%2e%2e/llm, /llm",
    "/open/.%2E/llm, /llm",
    "/a//../b, /b",
    "/a/b/../../c, /c",
    "/a/./././b/., /a/b/",
    "/.well-known/x, /.well-known/x",
    "/.., ABOVE_ROOT",
    "/../x, ABOVE_ROOT",
    "/a/../../x, ABOVE_ROOT",
    "//../x, ABOVE_ROOT",
    "/%2e%2e/x, ABOVE_ROOT",
    "/./../x, ABOVE_ROOT",
    "/a%2fb, ENCODED_SLASH",
    "/a%2Fb, ENCODED_SLASH",
    "/..%2fx, ENCODED_SLASH",
    "/a%5cb, ENCODED_SLASH",
    "/a%5C..%5Cb, ENCODED_SLASH",
    "'/a\\b', BACKSLASH",
    "'\\a', NOT_ABSOLUTE",
    "/a%00, ENCODED_NUL",
    "/%00/../llm, ENCODED_NUL",
    "/%zz, BAD_ESCAPE",
    "/%, BAD_ESCAPE",
    "/%4, BAD_ESCAPE",
    "/%%34, BAD_ESCAPE",
    "/%u002e, BAD_ESCAPE",
    "/%-1, BAD_ESCAPE",
    "/%4?1, BAD_ESCAPE",
    "/a/..;/b, PATH_PARAMETER",
    "/a/..;x=1/b, PATH_PARAMETER",
    "/a/..;, PATH_PARAMETER",
    "/a/.;/b, PATH_PARAMETER",
    "/a/%2e%2e;/b, PATH_PARAMETER",
    "/a/..%3b/b, PATH_PARAMETER",
    "/a/%2E.%3B/b, PATH_PARAMETER",
    "/a/;/b, PATH_PARAMETER",
    "/;x/b, PATH_PARAMETER",
    "/%3bx/b, PATH_PARAMETER",
    "/a#b, FRAGMENT",
    "/a?b#c, FRAGMENT",
    "'/a b', CONTROL",
    "'/a?b c', CONTROL",
    "'', EMPTY",
    "a, NOT_ABSOLUTE",
    "?a, NOT_ABSOLUTE"
  })
  void hasOneSpellingOfEveryPathOrRefusesIt(String sent, String expected) {
    assertEquals(expected, outcome(sent));
  }

  @ParameterizedTest
  @CsvSource({
    "'/a\"b', /a%22b",
    "/a<b>, /a%3Cb%3E",
    "/a[0], /a%5B0%5D",
    "/a{b}, /a%7Bb%7D",
    "/a|b, /a%7Cb",
    "/a^b, /a%5Eb",
    "/a`b, /a%60b"
  })
  void encodesWhatUrisMayNotHold(String sent, String expected) {
    assertEquals(expected, canonical(sent));
  }

  @Test
  void refusesEveryControlByteInPathAndQuery() {
    for (int c = 0; c <= ' '; c++) {
      assertEquals("CONTROL", outcome("/a" + (char) c + "b"), "path " + c);
      assertEquals("CONTROL", outcome("/a?" + (char) c), "query " + c);
      assertEquals("CONTROL", outcome("//a?" + (char) c), "query after a long way " + c);
    }
    assertEquals("CONTROL", outcome("/a\u007f"));
    assertEquals("CONTROL", outcome("/a?\u007f"));
  }

  @Test
  void refusesBytesThatAreNotAsciiInThePathAndKeepsThemInTheQuery() {
    for (char c = 0x80; c <= 0xff; c++) {
      assertEquals("NON_ASCII", outcome("/a" + c));
      var valid = assertInstanceOf(RequestPath.Valid.class, RequestPath.parse("/a?q=" + c));
      assertEquals((byte) c, valid.query().byteAt(3));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"?", "?a=b&c=%2f%zz%00", "??/../", "?a=/..;/\\x", "?include[]=x&y={\"z\":1}"})
  void keepsTheQueryByteForByte(String query) {
    for (String path : new String[] {"/a", "/%61", "//a"}) {
      var valid = assertInstanceOf(RequestPath.Valid.class, RequestPath.parse(path + query));
      assertEquals("/a", valid.path().toString());
      assertEquals(query, valid.query().toString());
      assertEquals("/a" + query, valid.toString());
    }
  }

  @Test
  void looksAtItsRangeOfTheBufferOnly() {
    byte[] line = "GET /stt/%61?x=1 HTTP/1.1".getBytes(StandardCharsets.US_ASCII);
    var valid = assertInstanceOf(RequestPath.Valid.class, RequestPath.parse(line, 4, 16));
    assertEquals("/stt/a", valid.path().toString());
    assertEquals("?x=1", valid.query().toString());
    byte[] cut = "/a%41".getBytes(StandardCharsets.US_ASCII);
    assertEquals(new RequestPath.Invalid(TargetProblem.BAD_ESCAPE), RequestPath.parse(cut, 0, 4));
  }

  @Test
  void copiesNothingOfACanonicalPath() {
    byte[] line = "GET /stt/v1?x=1 HTTP/1.1".getBytes(StandardCharsets.US_ASCII);
    var valid = assertInstanceOf(RequestPath.Valid.class, RequestPath.parse(line, 4, 15));
    assertSame(line, valid.path().array());
    assertSame(line, valid.query().array());
  }

  private static String canonical(String target) {
    return assertInstanceOf(RequestPath.Valid.class, RequestPath.parse(target)).path().toString();
  }

  private static String outcome(String target) {
    return switch (RequestPath.parse(target)) {
      case RequestPath.Valid valid -> valid.path().toString();
      case RequestPath.Invalid invalid -> invalid.problem().name();
    };
  }
}

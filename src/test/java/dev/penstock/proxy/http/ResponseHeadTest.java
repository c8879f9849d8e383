package dev.penstock.proxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseHeadTest {

  private static ResponseHead parse(String lines, boolean answersHead) throws BadMessageException {
    byte[] bytes = Wire.bytes(lines.replace("|", "\r\n") + "\r\n\r\n");
    var head = new ResponseHead();
    head.parse(bytes, (lines + "|").indexOf('|'), bytes.length, 10, answersHead);
    return head;
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1 200 OK, OK",
    "HTTP/1.1 200 , ''",
    "HTTP/1.1 200, ''",
    "HTTP/1.0 404 a b, a b"
  })
  void theStatusLineIsTakenApart(String line, String reason) throws BadMessageException {
    ResponseHead head = parse(line, false);
    assertEquals(reason, Ascii.string(head.bytes(), head.reasonStart(), head.reasonEnd()));
    assertEquals(line.substring(9, 12), Integer.toString(head.status()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1",
        "HTTP/1.1 ",
        "HTTP/1.1 20",
        "HTTP/1.1 2000",
        "HTTP/1.1 20x OK",
        "HTTP/1.1  200 OK",
        "HTTP/1.2 200 OK",
        "http/1.1 200 OK",
        "HTTP/1.1 099 OK",
        "HTTP/1.1 600 OK",
        "HTTP/1.1 200 a\u0001b",
        "HTTP/1.1\t200 OK",
        "HTTP/1.1 200OK"
      })
  void anythingElseIsRefused(String line) {
    assertThrows(BadMessageException.class, () -> parse(line, false));
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1 200 OK|Content-Length: 5, false, 5, true",
    "HTTP/1.1 200 OK|Content-Length: 5, true, 0, true",
    "HTTP/1.1 200 OK|Transfer-Encoding: chunked, false, -1, true",
    "HTTP/1.1 200 OK, false, -2, false",
    "HTTP/1.1 200 OK, true, 0, true",
    "HTTP/1.1 304 No|Content-Length: 5, false, 0, true",
    "HTTP/1.1 204 No, false, 0, true",
    "HTTP/1.1 204 No|Content-Length: 0, false, 0, true",
    "HTTP/1.1 204 No|Content-Length: 5, false, 0, false",
    "HTTP/1.1 204 No|Transfer-Encoding: chunked, false, 0, false",
    "HTTP/1.1 200 OK|Content-Length: 5|Connection: close, false, 5, false",
    "HTTP/1.0 200 OK|Content-Length: 5, false, 5, false",
    "HTTP/1.0 200 OK|Content-Length: 5|Connection: keep-alive, false, 5, true",
    "HTTP/1.0 200 OK|Transfer-Encoding: chunked|Connection: keep-alive, false, -1, false"
  })
  void itSaysHowLongTheBodyIsAndWhetherTheConnectionIsKept(
      String lines, boolean answersHead, long length, boolean kept) throws BadMessageException {
    ResponseHead head = parse(lines, answersHead);
    assertEquals(length, head.bodyLength());
    assertEquals(kept, head.keepAlive());
  }

  @Test
  void a1xxIsNotTheAnswer() throws BadMessageException {
    assertTrue(parse("HTTP/1.1 103 Early Hints|Link: x", false).informational());
  }
}

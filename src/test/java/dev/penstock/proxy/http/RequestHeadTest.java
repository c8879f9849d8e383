package dev.penstock.proxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadTest {

  private static RequestHead parse(String lines) throws BadMessageException {
    byte[] bytes = Wire.bytes(lines.replace("|", "\r\n") + "\r\n\r\n");
    var head = new RequestHead();
    head.parse(bytes, (lines + "|").indexOf('|'), bytes.length, 10);
    return head;
  }

  private static int status(String lines) {
    return assertThrows(BadMessageException.class, () -> parse(lines), lines).status();
  }

  @Test
  void theRequestLineIsTakenApart() throws BadMessageException {
    RequestHead head = parse("POST /a?b HTTP/1.1|Host: h");
    assertEquals(Method.POST, head.method());
    assertEquals("/a?b", Ascii.string(head.bytes(), head.targetStart(), head.targetEnd()));
    assertEquals(1, head.minorVersion());
    assertEquals(0, head.bodyLength());
  }

  @ParameterizedTest
  @CsvSource({
    "get, OTHER",
    "GET, GET",
    "GETX, OTHER",
    "HEAD, HEAD",
    "PROPFIND, OTHER",
    "TRACE, TRACE"
  })
  void methodsAreToldApartByCase(String name, Method method) throws BadMessageException {
    RequestHead head = parse(name + " / HTTP/1.1|Host: h");
    assertEquals(method, head.method());
    assertEquals(name, head.methodName());
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1, '', true",
    "HTTP/1.1, Connection: close, false",
    "HTTP/1.1, Connection: x, true",
    "HTTP/1.1, 'Connection: x, Close', false",
    "HTTP/1.0, '', false",
    "HTTP/1.0, Connection: keep-alive, true",
    "HTTP/1.0, 'Connection: keep-alive, close', false",
    "HTTP/1.0, Connection: keep-alive|Connection: close, false"
  })
  void theConnectionIsKeptAsTheClientSays(String version, String fields, boolean kept)
      throws BadMessageException {
    String separator = fields.isEmpty() ? "" : "|";
    assertEquals(kept, parse("GET / " + version + "|Host: h" + separator + fields).keepAlive());
  }

  @ParameterizedTest
  @CsvSource({
    "Content-Length: 0, 0",
    "Content-Length: 12, 12",
    "Content-Length: 00012, 12",
    "Content-Length: 999999999999999999, 999999999999999999",
    "Transfer-Encoding: chunked, -1"
  })
  void theBodyIsAsLongAsTheFieldsSay(String field, long length) throws BadMessageException {
    assertEquals(length, parse("POST / HTTP/1.1|Host: h|" + field).bodyLength());
  }

  @Test
  void anExpectationCountsOnlyWhereABodyFollows() throws BadMessageException {
    String expect = "|Host: h|Expect: 100-CONTINUE|Content-Length: ";
    assertTrue(parse("POST / HTTP/1.1" + expect + "1").expectContinue());
    assertFalse(parse("POST / HTTP/1.1" + expect + "0").expectContinue());
    assertFalse(parse("POST / HTTP/1.0" + expect + "1").expectContinue());
    assertEquals(417, status("POST / HTTP/1.1|Host: h|Expect: x"));
  }

  @Test
  void nominatedFieldsAreDropped() throws BadMessageException {
    RequestHead head = parse("GET / HTTP/1.1|Host: h|X-A: 1|Connection: X-A, upgrade|x-a: 2");
    assertEquals(List.of("x-a"), head.nominated());
    assertTrue(head.upgrade());
    assertEquals(-1, head.fields().find(Ascii.bytes("x-a"), 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"_", ".", "X_API_Key", "X-API.Key", "Content_Length", "Host_"})
  void namesThatCouldBeAliasesAreDropped(String name) throws BadMessageException {
    RequestHead head = parse("GET / HTTP/1.1|Host: h|" + name + ": 1");
    assertEquals(KnownField.ALIAS, head.fields().known(1));
    assertFalse(KnownField.ALIAS.group() == KnownField.Group.PLAIN);
  }

  @Test
  void moreFieldsThanAllowedAreA431() throws BadMessageException {
    assertEquals(10, parse("GET / HTTP/1.1|Host: h" + "|A: b".repeat(9)).fields().size());
    assertEquals(431, status("GET / HTTP/1.1|Host: h" + "|A: b".repeat(10)));
  }

  @Test
  void anotherVersionIsA505AndNoneA400() {
    assertEquals(505, status("GET / HTTP/2.0|Host: h"));
    assertEquals(505, status("GET / HTTP/1.2|Host: h"));
    assertEquals(400, status("GET /|Host: h"));
    assertEquals(400, status("GET / FTPX/1.1|Host: h"));
  }

  @Test
  void aResetHeadIsThatOfAPlainRequest() throws BadMessageException {
    RequestHead head = parse("HEAD / HTTP/1.0|Content-Length: 5");
    head.reset();
    assertEquals(Method.GET, head.method());
    assertEquals(1, head.minorVersion());
    assertEquals(0, head.bodyLength());
  }

  @Test
  void everyKnownNameIsFoundInAnyCase() throws BadMessageException {
    for (KnownField field : KnownField.values()) {
      boolean named = field != KnownField.OTHER && field != KnownField.ACCESS_CONTROL;
      if (named && field.group() == KnownField.Group.PLAIN) {
        String name = field.name().replace('_', '-');
        RequestHead head = parse("GET / HTTP/1.1|Host: h|" + name + ": 1");
        assertEquals(field, head.fields().known(1));
      }
    }
    assertEquals(
        KnownField.X_FORWARDED_OTHER,
        parse("GET / HTTP/1.1|Host: h|x-FORWARDED-Any: 1").fields().known(1));
  }
}

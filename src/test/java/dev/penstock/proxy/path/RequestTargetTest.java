package dev.penstock.proxy.path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestTargetTest {

  @ParameterizedTest
  @CsvSource({
    "/a/../b?q, origin /b?q",
    "//evil.example/b, origin /evil.example/b",
    "http://ai.example.com/llm?q, HTTP ai.example.com -1 /llm?q",
    "HTTPS://AI.example.com:8443/a/../llm, HTTPS ai.example.com 8443 /llm",
    "http://ai.example.com, HTTP ai.example.com -1 /",
    "http://ai.example.com?q=1, HTTP ai.example.com -1 /?q=1",
    "http://[::1]:80//a, HTTP [::1] 80 /a",
    "ftp://ai.example.com/, SCHEME",
    "file:///etc/passwd, SCHEME",
    "'javascript://a/', SCHEME",
    "http:///llm, BAD_HOST",
    "http://user@ai.example.com/llm, BAD_HOST",
    "http://a:b@ai.example.com/llm, BAD_PORT",
    "http://ai.example.com:0/, BAD_PORT",
    "'http://ai.example.com\\@evil/', BAD_HOST",
    "http://ai.example.com#x, FRAGMENT",
    "http://ai.example.com/%2e%2e/x, ABOVE_ROOT",
    "http:/llm, NOT_ABSOLUTE",
    "ai.example.com:443, NOT_ABSOLUTE",
    "llm, NOT_ABSOLUTE",
    "'', EMPTY",
    "*, ASTERISK",
    "**, NOT_ABSOLUTE",
    "*/, NOT_ABSOLUTE"
  })
  void readsEveryForm(String sent, String expected) {
    assertEquals(expected, outcome(sent, false));
  }

  @Test
  void letsOptionsAskForTheServerAsAWhole() {
    assertEquals("asterisk", outcome("*", true));
  }

  @Test
  void looksAtItsRangeOnly() {
    byte[] line = "OPTIONS * HTTP/1.1".getBytes(StandardCharsets.US_ASCII);
    assertInstanceOf(RequestTarget.Asterisk.class, RequestTarget.parse(line, 8, 9, true));
  }

  private static String outcome(String target, boolean options) {
    byte[] bytes = target.getBytes(StandardCharsets.ISO_8859_1);
    return switch (RequestTarget.parse(bytes, 0, bytes.length, options)) {
      case RequestTarget.Origin origin -> "origin " + origin.path();
      case RequestTarget.Absolute absolute ->
          absolute.scheme()
              + " "
              + absolute.authority().host()
              + " "
              + absolute.authority().port()
              + " "
              + absolute.path();
      case RequestTarget.Asterisk _ -> "asterisk";
      case RequestTarget.Invalid invalid -> invalid.problem().name();
    };
  }
}

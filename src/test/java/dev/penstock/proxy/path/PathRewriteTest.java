package dev.penstock.proxy.path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathRewriteTest {

  @ParameterizedTest
  @CsvSource({
    "/stt, /, /stt/v1/x?q, /v1/x?q",
    "/stt, /, /stt, /",
    "/stt, /, /stt?q, /?q",
    "/stt, /, /stt/, /",
    "/stt, /base, /stt/v1/x, /base/v1/x",
    "/stt, /base, /stt, /base",
    "/stt, /base, /stt/, /base/",
    "/stt, /stt, /stt/a?b, /stt/a?b",
    "/, /, /a?b, /a?b",
    "/, /, /, /",
    "/, /base, /a, /base/a",
    "/, /base, /, /base/",
    "/a/b, /c/d/e, /a/b/x%20y, /c/d/e/x%20y"
  })
  void putsTheReplacementInThePlaceOfThePrefix(
      String prefix, String replacement, String sent, String expected) {
    var request = assertInstanceOf(RequestPath.Valid.class, RequestPath.parse(sent));
    var rewrite = new PathRewrite(prefix, replacement);
    assertEquals(expected, rewrite.apply(request.path()).toString() + request.query());
    var out = Unpooled.buffer();
    rewrite.write(request, out);
    assertEquals(expected, out.toString(StandardCharsets.ISO_8859_1));
  }
}

package dev.penstock.proxy.http2;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.util.AsciiString;

/**
 * Refuses what would end a name or a line once a header list is written as text (RFC 9113 section
 * 8.2.1).
 *
 * @param streamId whose error it is
 */
record FieldCheck(int streamId) {

  /** Nothing that ends a name or a line elsewhere; the parser sees to the rest. */
  void name(AsciiString name) throws Http2Exception {
    if (name.isEmpty()) {
      throw malformed("a field without a name");
    }
    byte[] bytes = name.array();
    int start = name.arrayOffset();
    for (int i = start; i < start + name.length(); i++) {
      byte b = bytes[i];
      if (b <= ' ' || b == ':' || b == 0x7f || (b >= 'A' && b <= 'Z')) {
        throw malformed("a field name with an upper-case letter, colon or control byte");
      }
    }
  }

  void value(AsciiString value) throws Http2Exception {
    byte[] bytes = value.array();
    int start = value.arrayOffset();
    int end = start + value.length();
    for (int i = start; i < end; i++) {
      byte b = bytes[i];
      if (b == '\r' || b == '\n' || b == 0) {
        throw malformed("a field value with CR, LF or NUL");
      }
    }
    if (start < end && (blank(bytes[start]) || blank(bytes[end - 1]))) {
      throw malformed("a field value that starts or ends with white space");
    }
  }

  private static boolean blank(byte b) {
    return b == ' ' || b == '\t';
  }

  Http2Exception malformed(String what) {
    return Http2Exception.streamError(streamId, Http2Error.PROTOCOL_ERROR, what);
  }
}

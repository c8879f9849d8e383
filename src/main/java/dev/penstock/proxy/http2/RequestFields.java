package dev.penstock.proxy.http2;

import dev.penstock.proxy.http.Ascii;
import dev.penstock.proxy.http.BadMessageException;
import dev.penstock.proxy.http.Fields;
import dev.penstock.proxy.http.HeadBuffer;
import dev.penstock.proxy.http.KnownField;
import dev.penstock.proxy.http.RequestHead;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Locale;

/** Makes the header list of a request towards a backend (RFC 9113 section 8.3.1). */
public final class RequestFields {

  private static final AsciiString HTTP = AsciiString.cached("http");

  private RequestFields() {}

  /**
   * Reads what the proxy wrote as the head of an HTTP/1.1 message.
   *
   * @throws BadMessageException when that was not one
   */
  public static Http2Headers of(HeadBuffer text) throws BadMessageException {
    byte[] bytes = text.toArray();
    int lineEnd = 0;
    while (lineEnd < bytes.length && bytes[lineEnd] != '\r') {
      lineEnd++;
    }
    var head = new RequestHead();
    head.parse(bytes, lineEnd, bytes.length, Integer.MAX_VALUE);
    Fields fields = head.fields();
    var headers = new DefaultHttp2Headers(false, fields.size() + 4);
    headers.method(new AsciiString(head.methodName()));
    headers.scheme(HTTP);
    headers.authority(value(fields, fields.find(KnownField.HOST)));
    headers.path(
        new AsciiString(bytes, head.targetStart(), head.targetEnd() - head.targetStart(), true));
    for (int i = 0; i < fields.size(); i++) {
      if (keep(fields, i)) {
        headers.add(name(fields, i), value(fields, i));
      }
    }
    return headers;
  }

  /** Makes the header list of trailers; may be empty. */
  public static Http2Headers trailers(Fields fields) {
    var headers = new DefaultHttp2Headers(false, fields.size());
    for (int i = 0; i < fields.size(); i++) {
      if (Fields.mayTrail(fields, i)) {
        headers.add(name(fields, i), value(fields, i));
      }
    }
    return headers;
  }

  private static boolean keep(Fields fields, int i) {
    return switch (fields.known(i)) {
      case HOST, TRANSFER_ENCODING, EXPECT -> false;
      case TE, CONTENT_LENGTH -> true;
      case KnownField field -> field.group() != KnownField.Group.HOP_BY_HOP;
    };
  }

  private static AsciiString name(Fields fields, int i) {
    return new AsciiString(fields.name(i).toLowerCase(Locale.ROOT));
  }

  private static AsciiString value(Fields fields, int i) {
    return new AsciiString(Ascii.bytes(fields.value(i)), false);
  }
}

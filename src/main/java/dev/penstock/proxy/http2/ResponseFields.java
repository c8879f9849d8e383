package dev.penstock.proxy.http2;

import dev.penstock.proxy.http.Fields;
import dev.penstock.proxy.http.HeadBuffer;
import dev.penstock.proxy.http.KnownField;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import java.util.Arrays;

/** Gathers the header list of a response, or of its trailers. */
public final class ResponseFields {

  public static final AsciiString REQUEST_ID = AsciiString.cached("x-request-id");
  public static final AsciiString DATE = AsciiString.cached("date");
  public static final AsciiString CONTENT_TYPE = AsciiString.cached("content-type");
  public static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");
  public static final AsciiString SET_COOKIE = AsciiString.cached("set-cookie");

  private static final int TYPICAL = 24;

  private AsciiString[] pairs = new AsciiString[TYPICAL];
  private int size;

  /** Adds those lines of a backend's that {@code keep} lets pass. */
  public ResponseFields add(Fields fields, HeadBuffer.Keep keep) {
    for (int i = 0; i < fields.size(); i++) {
      if (keep.keep(fields, i)) {
        int start = fields.valueStart(i);
        byte[] bytes = fields.bytes();
        add(name(fields, i), new AsciiString(bytes, start, fields.valueEnd(i) - start, true));
      }
    }
    return this;
  }

  /**
   * Adds one.
   *
   * @param name in lower case
   */
  public ResponseFields add(AsciiString name, AsciiString value) {
    if (size == pairs.length) {
      pairs = Arrays.copyOf(pairs, size * 2);
    }
    pairs[size++] = name;
    pairs[size++] = value;
    return this;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  /** All that was added, with a status before it. */
  public Http2Headers response(int status) {
    return ReadOnlyHttp2Headers.serverHeaders(
        false, HttpResponseStatus.valueOf(status).codeAsText(), gathered());
  }

  /** All that was added, as trailers. */
  public Http2Headers trailers() {
    return ReadOnlyHttp2Headers.trailers(false, gathered());
  }

  /**
   * Whether a value is never to enter the compression's table: it is another with each response, or
   * a secret that must not be guessed by the size of what is sent (RFC 7541 section 7.1).
   */
  public static boolean neverIndexed(CharSequence name, CharSequence value) {
    return REQUEST_ID.contentEquals(name)
        || CONTENT_LENGTH.contentEquals(name)
        || SET_COOKIE.contentEquals(name);
  }

  private AsciiString[] gathered() {
    return size == pairs.length ? pairs : Arrays.copyOf(pairs, size);
  }

  private static AsciiString name(Fields fields, int i) {
    return switch (fields.known(i)) {
      case CONTENT_TYPE -> CONTENT_TYPE;
      case CONTENT_LENGTH -> CONTENT_LENGTH;
      case KnownField _ -> lower(fields.bytes(), fields.lineStart(i), fields.nameEnd(i));
    };
  }

  private static AsciiString lower(byte[] bytes, int start, int end) {
    byte[] name = Arrays.copyOfRange(bytes, start, end);
    for (int i = 0; i < name.length; i++) {
      if (name[i] >= 'A' && name[i] <= 'Z') {
        name[i] |= 0x20;
      }
    }
    return new AsciiString(name, false);
  }
}

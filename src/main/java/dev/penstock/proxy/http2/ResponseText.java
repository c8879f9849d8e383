package dev.penstock.proxy.http2;

import dev.penstock.proxy.http.BadMessageException;
import dev.penstock.proxy.http.BodyLength;
import dev.penstock.proxy.http.Fields;
import dev.penstock.proxy.http.HeadBuffer;
import dev.penstock.proxy.http.KnownField;
import dev.penstock.proxy.http.ResponseHead;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Map;

/**
 * Writes the header list of a backend's response as the head of an HTTP/1.1 message, so that one
 * parser, with one set of rules, reads the answers of both (RFC 9113 sections 8.2 and 8.3).
 */
public final class ResponseText {

  private static final AsciiString STATUS = Http2Headers.PseudoHeaderName.STATUS.value();
  private static final int MAX_FIELDS = 200;

  private ResponseText() {}

  /**
   * Reads a response.
   *
   * @param ended whether no body follows
   * @param answersHead whether the request was a HEAD
   * @throws Http2Exception for a malformed one, an error of its stream
   */
  public static void read(
      int streamId, Http2Headers headers, boolean ended, boolean answersHead, ResponseHead into)
      throws Http2Exception {
    var check = new FieldCheck(streamId);
    var text = new HeadBuffer(512);
    int statusLineEnd = -1;
    for (Map.Entry<CharSequence, CharSequence> entry : headers) {
      AsciiString name = AsciiString.of(entry.getKey());
      AsciiString value = AsciiString.of(entry.getValue());
      check.value(value);
      if (STATUS.contentEquals(name) && statusLineEnd < 0) {
        text.add("HTTP/1.1 ").add(value).add((byte) ' ');
        statusLineEnd = text.length();
        text.crlf();
      } else if (statusLineEnd < 0) {
        throw check.malformed("no :status");
      } else {
        check.name(name);
        text.add(name).add(": ").add(value).crlf();
      }
    }
    if (statusLineEnd < 0) {
      throw check.malformed("no :status");
    }
    parse(check, text.crlf(), statusLineEnd, ended, answersHead, into);
  }

  private static void parse(
      FieldCheck check,
      HeadBuffer text,
      int statusLineEnd,
      boolean ended,
      boolean answersHead,
      ResponseHead into)
      throws Http2Exception {
    try {
      into.parse(
          text.toArray(),
          statusLineEnd,
          text.length(),
          MAX_FIELDS,
          answersHead,
          ended ? 0 : BodyLength.CHUNKED);
    } catch (BadMessageException e) {
      throw check.malformed(e.detail());
    }
    if (into.fields().find(KnownField.CONNECTION) >= 0
        || into.fields().find(KnownField.TRANSFER_ENCODING) >= 0
        || into.fields().find(KnownField.UPGRADE) >= 0
        || into.status() == 101) {
      throw check.malformed("a field or status of HTTP/1.1 connections");
    }
    if (into.informational() && ended) {
      throw check.malformed("nothing behind an interim response");
    }
    if (into.bodyLength() > 0 && ended) {
      throw check.malformed("a Content-Length without a body");
    }
  }

  /**
   * Reads trailers.
   *
   * @throws Http2Exception for malformed ones, an error of their stream
   */
  public static Fields trailers(int streamId, Http2Headers headers) throws Http2Exception {
    return RequestText.trailers(streamId, headers, KnownField.OTHER);
  }
}

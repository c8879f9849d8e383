package dev.penstock.proxy.http2;

import dev.penstock.proxy.http.BadMessageException;
import dev.penstock.proxy.http.Fields;
import dev.penstock.proxy.http.HeadBuffer;
import dev.penstock.proxy.http.KnownField;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the header list of a request as the head of an HTTP/1.1 message, so that one parser, with
 * one set of rules, reads the requests of both. What could change its meaning on the way is refused
 * here (RFC 9113 sections 8.2 and 8.3).
 */
public final class RequestText {

  private static final AsciiString METHOD = Http2Headers.PseudoHeaderName.METHOD.value();
  private static final AsciiString SCHEME = Http2Headers.PseudoHeaderName.SCHEME.value();
  private static final AsciiString PATH = Http2Headers.PseudoHeaderName.PATH.value();
  private static final AsciiString AUTHORITY = Http2Headers.PseudoHeaderName.AUTHORITY.value();
  private static final AsciiString HOST = AsciiString.cached("host");
  private static final AsciiString COOKIE = AsciiString.cached("cookie");
  private static final AsciiString LENGTH = AsciiString.cached("content-length");
  private static final AsciiString CONNECT = AsciiString.cached("CONNECT");

  private final FieldCheck check;
  private final HeadBuffer out;
  private @Nullable AsciiString method;
  private @Nullable AsciiString scheme;
  private @Nullable AsciiString path;
  private @Nullable AsciiString authority;
  private @Nullable HeadBuffer cookies;
  private boolean hasLength;
  private int requestLineEnd = -1;

  private RequestText(int streamId, HeadBuffer out) {
    this.check = new FieldCheck(streamId);
    this.out = out;
  }

  /**
   * Writes it all: request line, field lines, empty line.
   *
   * @param ended whether no body follows; otherwise one without a length is written as chunked
   * @return where the request line's CRLF is
   * @throws Http2Exception for a malformed request, an error of its stream
   * @throws BadMessageException for one that is well-formed and still refused
   */
  public static int write(
      int streamId,
      Http2Headers headers,
      boolean ended,
      int maxRequestLine,
      int maxFieldBytes,
      HeadBuffer out)
      throws Http2Exception, BadMessageException {
    var text = new RequestText(streamId, out);
    for (Map.Entry<CharSequence, CharSequence> entry : headers) {
      AsciiString name = AsciiString.of(entry.getKey());
      AsciiString value = AsciiString.of(entry.getValue());
      text.check.value(value);
      if (!name.isEmpty() && name.byteAt(0) == ':') {
        text.pseudo(name, value);
      } else {
        text.startFields(maxRequestLine);
        text.check.name(name);
        text.field(name, value);
      }
    }
    text.startFields(maxRequestLine);
    text.finish(ended, maxFieldBytes);
    return text.requestLineEnd;
  }

  /**
   * Reads trailers, with the same checks.
   *
   * @throws Http2Exception for malformed ones, an error of their stream
   */
  public static Fields trailers(int streamId, Http2Headers headers) throws Http2Exception {
    return trailers(streamId, headers, KnownField.ALIAS);
  }

  static Fields trailers(int streamId, Http2Headers headers, KnownField aliases)
      throws Http2Exception {
    var lines = new HeadBuffer(256);
    var text = new RequestText(streamId, lines);
    for (Map.Entry<CharSequence, CharSequence> entry : headers) {
      AsciiString name = AsciiString.of(entry.getKey());
      AsciiString value = AsciiString.of(entry.getValue());
      text.check.name(name);
      text.check.value(value);
      lines.add(name).add(": ").add(value).crlf();
    }
    try {
      return lines.fields(aliases);
    } catch (BadMessageException e) {
      throw text.malformed(e.detail());
    }
  }

  private void pseudo(AsciiString name, AsciiString value) throws Http2Exception {
    if (METHOD.contentEquals(name) && method == null) {
      method = value;
    } else if (PATH.contentEquals(name) && path == null) {
      path = value;
    } else if (SCHEME.contentEquals(name) && scheme == null) {
      scheme = value;
    } else if (AUTHORITY.contentEquals(name) && authority == null) {
      authority = value;
    } else {
      throw malformed("an unknown pseudo-header field, or one twice");
    }
  }

  /** Writes what the pseudo-header fields say, once they are all there. */
  private void startFields(int maxRequestLine) throws Http2Exception, BadMessageException {
    if (requestLineEnd >= 0) {
      return;
    }
    if (method == null || method.isEmpty()) {
      throw malformed("no :method");
    }
    boolean connect = CONNECT.contentEquals(method);
    AsciiString target = connect ? authority : path;
    if (target == null || target.isEmpty() || connect != (path == null && scheme == null)) {
      throw malformed("not the pseudo-header fields that the method needs");
    }
    if (!connect) {
      checkOrigin(target);
    }
    if (method.length() + target.length() + " HTTP/1.1 ".length() > maxRequestLine) {
      throw new BadMessageException(
          414, "the method and path are longer than " + maxRequestLine + " bytes");
    }
    out.add(method).add((byte) ' ').add(target).add(" HTTP/1.1");
    requestLineEnd = out.length();
    out.crlf();
    if (authority != null) {
      out.add("host: ").add(authority).crlf();
    }
  }

  private void checkOrigin(AsciiString target) throws Http2Exception, BadMessageException {
    if (scheme == null) {
      throw malformed("no :scheme");
    }
    // RFC 9113 section 8.3.1: a path, or the asterisk of OPTIONS; the parser sees to the latter.
    if (target.byteAt(0) != '/' && !(target.length() == 1 && target.byteAt(0) == '*')) {
      throw malformed(":path does not start with a slash");
    }
    if (!scheme.contentEqualsIgnoreCase("https") && !scheme.contentEqualsIgnoreCase("http")) {
      throw new BadMessageException("the scheme is neither https nor http");
    }
  }

  private void field(AsciiString name, AsciiString value)
      throws Http2Exception, BadMessageException {
    if (COOKIE.contentEquals(name)) {
      // RFC 9113 section 8.2.3: sent in crumbs, and one field again for HTTP/1.1.
      cookies = cookies == null ? new HeadBuffer(256) : cookies.add("; ");
      cookies.add(value);
      return;
    }
    if (HOST.contentEquals(name) && authority != null) {
      if (!authority.contentEqualsIgnoreCase(value)) {
        throw new BadMessageException("Host differs from :authority");
      }
      return;
    }
    hasLength |= LENGTH.contentEquals(name);
    out.add(name).add(": ").add(value).crlf();
  }

  private void finish(boolean ended, int maxFieldBytes) throws BadMessageException {
    if (cookies != null) {
      out.add("cookie: ").add(cookies).crlf();
    }
    if (out.length() - requestLineEnd > maxFieldBytes) {
      throw new BadMessageException(
          431, "the header fields are longer than " + maxFieldBytes + " bytes");
    }
    if (!ended && !hasLength) {
      out.add("transfer-encoding: chunked").crlf();
    }
    out.crlf();
  }

  private Http2Exception malformed(String what) {
    return check.malformed(what);
  }
}

package dev.penstock.proxy;

import dev.penstock.proxy.http.Ascii;
import dev.penstock.proxy.http.BodyLength;
import dev.penstock.proxy.http.Fields;
import dev.penstock.proxy.http.HeadBuffer;
import dev.penstock.proxy.http.KnownField;
import dev.penstock.proxy.http.RequestHead;
import dev.penstock.proxy.http.Upgrade;
import dev.penstock.proxy.stage.RequestContext;
import java.util.Optional;

/**
 * Writes the head of a request towards its backend: what the client sent, cleaned, and who it is.
 */
final class UpstreamHead {

  private static final byte[] VERSION = Ascii.bytes(" HTTP/1.1\r\n");
  private static final byte[] FORWARDED_FOR = Ascii.bytes("X-Forwarded-For: ");
  private static final byte[] PROTO_HTTPS = Ascii.bytes("X-Forwarded-Proto: https\r\n");
  private static final byte[] PROTO_HTTP = Ascii.bytes("X-Forwarded-Proto: http\r\n");
  private static final byte[] FORWARDED_HOST = Ascii.bytes("X-Forwarded-Host: ");
  private static final byte[] REQUEST_ID = Ascii.bytes("X-Request-Id: ");
  private static final byte[] CHUNKED = Ascii.bytes("Transfer-Encoding: chunked\r\n");

  private static final byte[] TE_TRAILERS = Ascii.bytes("TE: trailers\r\n");
  private static final byte[] UPGRADE = Ascii.bytes("Connection: Upgrade\r\nUpgrade: ");

  private UpstreamHead() {}

  static HeadBuffer write(RequestContext request, CompiledRoute route, Optional<Upgrade> upgrade) {
    RequestHead head = request.head();
    HeadBuffer out = request.worker().head();
    out.add(head.bytes(), 0, head.methodEnd()).add((byte) ' ');
    out.add(route.rewrite().apply(request.path())).add(request.query()).add(VERSION);
    out.add(route.hostLine());
    boolean trusted = request.client().trustedPeer();
    out.lines(head.fields(), trusted ? UpstreamHead::keepOfTrusted : UpstreamHead::keep);
    identity(request, trusted, out);
    if (head.bodyLength() == BodyLength.CHUNKED) {
      out.add(CHUNKED);
    }
    if (route.multiplexes() && head.takesTrailers()) {
      out.add(TE_TRAILERS);
    }
    if (upgrade.isPresent()) {
      out.add(UPGRADE).add(String.join(", ", upgrade.get().protocols())).crlf();
    }
    return out.add(request.upstreamFields()).crlf();
  }

  private static void identity(RequestContext request, boolean trusted, HeadBuffer out) {
    Fields fields = request.head().fields();
    out.add(FORWARDED_FOR).add(request.client().forwardedFor()).crlf();
    if (!trusted || fields.find(KnownField.X_FORWARDED_PROTO) < 0) {
      out.add(request.client().secure() ? PROTO_HTTPS : PROTO_HTTP);
    }
    if (!trusted || fields.find(KnownField.X_FORWARDED_HOST) < 0) {
      out.add(FORWARDED_HOST);
      int host = fields.find(KnownField.HOST);
      if (host >= 0 && !request.absoluteForm()) {
        out.add(fields.bytes(), fields.valueStart(host), fields.valueEnd(host)).crlf();
      } else {
        out.add(request.host()).crlf();
      }
    }
    out.add(REQUEST_ID).add(request.requestId()).crlf();
  }

  private static boolean keep(Fields fields, int i) {
    KnownField field = fields.known(i);
    return field.group() == KnownField.Group.PLAIN || field == KnownField.CONTENT_LENGTH;
  }

  private static boolean keepOfTrusted(Fields fields, int i) {
    return switch (fields.known(i)) {
      case X_FORWARDED_FOR, X_REQUEST_ID, X_ORIGINAL_URI, X_ORIGINAL_METHOD -> false;
      default -> fields.known(i).group() == KnownField.Group.IDENTITY || keep(fields, i);
    };
  }
}

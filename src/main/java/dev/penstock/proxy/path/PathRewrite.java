package dev.penstock.proxy.path;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.AsciiString;

/**
 * What stands in place of a route's prefix upstream, as in nginx's {@code proxy_pass
 * http://backend/base/}: with prefix {@code /stt}, {@code /stt/v1/x} becomes {@code /v1/x} under
 * {@code /} and {@code /base/v1/x} under {@code /base}.
 */
public final class PathRewrite {

  private static final AsciiString ROOT = AsciiString.cached("/");

  private final int cut;
  private final AsciiString replacement;

  /** Both as in a route: {@code /}, or segments without a trailing slash. */
  public PathRewrite(String prefix, String replacement) {
    this.cut = prefix.equals("/") ? 0 : prefix.length();
    this.replacement =
        replacement.equals("/") ? AsciiString.EMPTY_STRING : new AsciiString(replacement);
  }

  /** The upstream's path for a canonical one that has the prefix; a view of it where that does. */
  public AsciiString apply(AsciiString path) {
    if (replacement.isEmpty()) {
      return path.length() == cut ? ROOT : path.subSequence(cut, path.length(), false);
    }
    byte[] bytes = new byte[replacement.length() + path.length() - cut];
    System.arraycopy(
        replacement.array(), replacement.arrayOffset(), bytes, 0, replacement.length());
    System.arraycopy(
        path.array(), path.arrayOffset() + cut, bytes, replacement.length(), path.length() - cut);
    return new AsciiString(bytes, false);
  }

  /** Writes the upstream's request target, path and query, without making it first. */
  public void write(RequestPath.Valid request, ByteBuf out) {
    AsciiString path = request.path();
    if (replacement.isEmpty() && path.length() == cut) {
      out.writeByte('/');
    } else {
      ByteBufUtil.copy(replacement, out);
      ByteBufUtil.copy(path, cut, out, path.length() - cut);
    }
    ByteBufUtil.copy(request.query(), out);
  }
}

package dev.penstock.proxy.path;

import io.netty.util.AsciiString;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The value of a Host field or the authority of a target: {@code host[:port]} (RFC 9110 section
 * 7.2), never with user information.
 */
public sealed interface Authority {

  /** Stands for a port that was not given. */
  int NO_PORT = -1;

  /**
   * A host that may be looked up.
   *
   * @param host lower case, without port and without the dot of a rooted name; an IPv6 address in
   *     brackets and in its one shortest form
   * @param port from 1 to 65535, or {@link #NO_PORT}
   */
  record Valid(AsciiString host, int port) implements Authority {}

  /** A value that must be answered by 400. */
  record Invalid(TargetProblem problem) implements Authority {}

  /**
   * Reads {@code buf[start, end)}. The result may be a view of {@code buf}, which must therefore
   * not change while the result is used.
   */
  static Authority parse(byte[] buf, int start, int end) {
    int hostEnd = AuthorityScan.hostEnd(buf, start, end);
    AsciiString host = hostEnd < 0 ? null : host(buf, start, hostEnd);
    if (host == null) {
      return new Invalid(TargetProblem.BAD_HOST);
    }
    if (hostEnd == end) {
      return new Valid(host, NO_PORT);
    }
    int port = AuthorityScan.port(buf, hostEnd + 1, end);
    return port < 0 ? new Invalid(TargetProblem.BAD_PORT) : new Valid(host, port);
  }

  /** The same for a header value. */
  static Authority parse(CharSequence value) {
    AsciiString ascii = AsciiString.of(value);
    int start = ascii.arrayOffset();
    return parse(ascii.array(), start, start + ascii.length());
  }

  private static @Nullable AsciiString host(byte[] buf, int start, int end) {
    if (start < end && buf[start] == '[') {
      return ipv6(new String(buf, start + 1, end - start - 2, StandardCharsets.ISO_8859_1));
    }
    int stop = end - start > 1 && buf[end - 1] == '.' ? end - 1 : end;
    return AuthorityScan.isName(buf, start, stop)
        ? new AsciiString(buf, start, stop - start, false).toLowerCase()
        : null;
  }

  private static @Nullable AsciiString ipv6(String literal) {
    // Without a zone: it means something on one machine only.
    if (literal.startsWith("[")
        || literal.indexOf('%') >= 0
        || !NetUtil.isValidIpV6Address(literal)) {
      return null;
    }
    InetAddress address = InetAddress.ofLiteral(literal);
    String text = NetUtil.toAddressString(address);
    return AsciiString.of(
        address instanceof Inet4Address ? "[::ffff:" + text + "]" : "[" + text + "]");
  }
}

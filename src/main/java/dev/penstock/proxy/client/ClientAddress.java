package dev.penstock.proxy.client;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * An IP address as 128 bits. IPv4 stands in its IPv4-mapped form (RFC 4291 section 2.5.5.2), so
 * that {@code 192.0.2.7} and {@code ::ffff:192.0.2.7} are one.
 */
public record ClientAddress(long high, long low) {

  /** {@code ::}, for a peer without an IP address. */
  public static final ClientAddress NONE = new ClientAddress(0, 0);

  private static final long MAPPED = 0xffff_0000_0000L;
  private static final int MAPPED_BITS = 96;

  /** From 4 or 16 bytes in network order. */
  public static ClientAddress of(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return switch (bytes.length) {
      case 4 -> new ClientAddress(0, MAPPED | Integer.toUnsignedLong(buffer.getInt()));
      case 16 -> new ClientAddress(buffer.getLong(), buffer.getLong());
      default -> throw new IllegalArgumentException(bytes.length + " bytes are no IP address");
    };
  }

  /** The address of a connection's end; {@link #NONE} if it has none. */
  public static ClientAddress of(SocketAddress socket) {
    return socket instanceof InetSocketAddress inet && inet.getAddress() != null
        ? of(inet.getAddress().getAddress())
        : NONE;
  }

  /** Reads a literal, without port, brackets or zone; never asks DNS. */
  public static Optional<ClientAddress> parse(String literal) {
    if (NetUtil.isValidIpV4Address(literal)) {
      return Optional.of(of(NetUtil.createByteArrayFromIpAddressString(literal)));
    }
    // Not Netty's own reading: to it ::192.0.2.7 is 192.0.2.7.
    return isIpv6(literal)
        ? Optional.of(of(InetAddress.ofLiteral(literal).getAddress()))
        : Optional.empty();
  }

  private static boolean isIpv6(String literal) {
    return literal.indexOf('%') < 0
        && !literal.startsWith("[")
        && NetUtil.isValidIpV6Address(literal);
  }

  public boolean isIpv4() {
    return high == 0 && low >>> 32 == MAPPED >>> 32;
  }

  /** Whose requests are counted together: an IPv4 address, or a block of IPv6 addresses. */
  public ClientAddress identity(int ipv6PrefixLength) {
    return isIpv4() ? this : masked(ipv6PrefixLength);
  }

  ClientAddress masked(int bits) {
    long highMask = bits == 0 ? 0 : -1L << Math.max(0, 64 - bits);
    long lowMask = bits <= 64 ? 0 : -1L << (128 - bits);
    return new ClientAddress(high & highMask, low & lowMask);
  }

  /** The last address of the block of which this is the first. */
  ClientAddress last(int bits) {
    ClientAddress ones = new ClientAddress(-1, -1).masked(bits);
    return new ClientAddress(high | ~ones.high, low | ~ones.low);
  }

  /** A block's length in the 128-bit form. */
  static int bits(int prefixLength, boolean ipv4) {
    return ipv4 ? MAPPED_BITS + prefixLength : prefixLength;
  }

  private long octet(int shift) {
    return (low >> shift) & 0xff;
  }

  /** As in logs and X-Forwarded-For: dotted decimal, or RFC 5952 without brackets. */
  @Override
  public String toString() {
    if (isIpv4()) {
      return octet(24) + "." + octet(16) + "." + octet(8) + "." + octet(0);
    }
    byte[] bytes = ByteBuffer.allocate(16).putLong(high).putLong(low).array();
    try {
      return NetUtil.toAddressString(InetAddress.getByAddress(bytes));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("16 bytes are an address", e);
    }
  }
}

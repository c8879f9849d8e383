package dev.penstock.proxy.limit;

import java.nio.ByteBuffer;

/**
 * The address that stands for one client, as 128 bits in network order: an IPv4 address in its
 * mapped form {@code ::ffff:a.b.c.d} (RFC 4291 section 2.5.5.2), or the prefix of an IPv6 address.
 */
public record ClientAddress(long high, long low) {

  private static final long MAPPED = 0xffffL << 32;
  private static final int GROUPS = 8;

  /**
   * The client of an address. An IPv4 address, mapped or not, is a client of its own; of an IPv6
   * address only the prefix counts, since one subscriber owns a whole network.
   *
   * @param address 4 or 16 bytes in network order
   * @param ipv6PrefixLength bits of an IPv6 address that make one client, 0 to 128
   * @throws IllegalArgumentException if the address has another length
   */
  public static ClientAddress of(byte[] address, int ipv6PrefixLength) {
    ByteBuffer bytes = ByteBuffer.wrap(address);
    return switch (address.length) {
      case 4 -> new ClientAddress(0, MAPPED | Integer.toUnsignedLong(bytes.getInt()));
      case 16 -> masked(bytes.getLong(), bytes.getLong(), ipv6PrefixLength);
      default -> throw new IllegalArgumentException("not an address: " + address.length + " bytes");
    };
  }

  private static ClientAddress masked(long high, long low, int bits) {
    var whole = new ClientAddress(high, low);
    return whole.isIpv4() ? whole : new ClientAddress(high & mask(bits), low & mask(bits - 64));
  }

  private static long mask(int bits) {
    // A shift by 64 would be a shift by 0.
    return bits <= 0 ? 0 : -1L << Math.max(0, 64 - bits);
  }

  /** Whether this is an IPv4 address in its mapped form. */
  public boolean isIpv4() {
    return high == 0 && low >>> 32 == 0xffff;
  }

  /** Dotted decimal, or the canonical text of IPv6 (RFC 5952 section 4). */
  @Override
  public String toString() {
    if (isIpv4()) {
      return (low >>> 24 & 0xff)
          + "."
          + (low >>> 16 & 0xff)
          + "."
          + (low >>> 8 & 0xff)
          + "."
          + (low & 0xff);
    }
    int gap = longestZeros();
    int end = gap + zerosFrom(gap);
    if (end - gap < 2) {
      return groups(0, GROUPS);
    }
    return groups(0, gap) + "::" + groups(end, GROUPS);
  }

  private int longestZeros() {
    int best = 0;
    for (int i = 1; i < GROUPS; i++) {
      if (zerosFrom(i) > zerosFrom(best)) {
        best = i;
      }
    }
    return best;
  }

  private int zerosFrom(int start) {
    int end = start;
    while (end < GROUPS && group(end) == 0) {
      end++;
    }
    return end - start;
  }

  private String groups(int from, int to) {
    var text = new StringBuilder();
    for (int i = from; i < to; i++) {
      text.append(i == from ? "" : ":").append(Integer.toHexString(group(i)));
    }
    return text.toString();
  }

  private int group(int index) {
    long half = index < 4 ? high : low;
    return (int) (half >>> (48 - 16 * (index & 3))) & 0xffff;
  }
}

package dev.penstock.model;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A block of addresses such as {@code 10.0.0.0/8} or {@code 2001:db8::/32} (RFC 4632, RFC 4291).
 *
 * @param address the literal as written, without the length
 * @param prefixLength bits that must agree
 */
public record Cidr(String address, int prefixLength) {

  public Cidr {
    byte[] bytes = literal(address);
    Check.range("prefixLength", prefixLength, 0, bytes.length * 8L);
  }

  /** Parses {@code address/length}; a bare address is one host. Names are never looked up. */
  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return new Cidr(text, literal(text).length * 8);
    }
    try {
      return new Cidr(text.substring(0, slash), Integer.parseInt(text.substring(slash + 1)));
    } catch (NumberFormatException e) {
      throw new InvalidValueException("cidr", "'" + text + "' is not ADDRESS/LENGTH");
    }
  }

  /** The bytes of the base address. */
  public byte[] bytes() {
    return literal(address);
  }

  private static byte[] literal(String text) {
    // Only characters of a literal: InetAddress must never ask DNS.
    boolean numeric = !text.isEmpty() && text.chars().allMatch(Cidr::ofLiteral);
    boolean address = text.indexOf(':') >= 0 || text.chars().filter(c -> c == '.').count() == 3;
    if (!numeric || !address) {
      throw new InvalidValueException("cidr", "'" + text + "' is not an IP address");
    }
    try {
      return InetAddress.getByName(text).getAddress();
    } catch (UnknownHostException e) {
      throw new InvalidValueException("cidr", "'" + text + "' is not an IP address");
    }
  }

  private static boolean ofLiteral(int c) {
    return Character.digit(c, 16) >= 0 || c == '.' || c == ':';
  }

  @Override
  public String toString() {
    return address + "/" + prefixLength;
  }
}

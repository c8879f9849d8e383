package dev.penstock.translate;

import dev.penstock.model.Cidr;
import dev.penstock.model.InvalidValueException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;

/**
 * An IP address; one of IPv4 that is mapped into IPv6 is IPv4.
 *
 * @param text in lower case, as it may stand in a URL without brackets
 */
record Address(InetAddress value, String text) {

  /** Whether the text can only be a literal: four decimal parts, or anything with a colon. */
  static boolean isLiteral(String host) {
    return host.indexOf(':') >= 0 || host.matches("[0-9]+(\\.[0-9]+){3}");
  }

  static Address parse(String host) {
    boolean strict =
        host.indexOf(':') >= 0
            ? host.matches("[0-9A-Fa-f:.]+")
            : host.matches("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");
    if (!strict) {
      throw notAnAddress(host);
    }
    try {
      // A literal by its form: nobody is asked.
      InetAddress value = InetAddress.getByName(host);
      String text =
          value instanceof Inet4Address ? value.getHostAddress() : host.toLowerCase(Locale.ROOT);
      return new Address(value, text);
    } catch (UnknownHostException e) {
      throw notAnAddress(host);
    }
  }

  boolean within(Cidr block) {
    byte[] base = block.bytes();
    byte[] bytes = value.getAddress();
    if (base.length != bytes.length) {
      return false;
    }
    for (int bit = 0; bit < block.prefixLength(); bit++) {
      int mask = 0x80 >> (bit & 7);
      if ((base[bit >> 3] & mask) != (bytes[bit >> 3] & mask)) {
        return false;
      }
    }
    return true;
  }

  private static InvalidValueException notAnAddress(String host) {
    return new InvalidValueException("url", Values.quoted(host) + " is not an IP address");
  }
}

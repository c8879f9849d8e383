package dev.penstock.proxy.client;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/** The line {@code PROXY TCP4 source destination port port CRLF}. */
final class ProxyHeaderV1 {

  private static final int MAX_LENGTH = 107;
  private static final Pattern PORT = Pattern.compile("0|[1-9][0-9]{0,4}");

  private ProxyHeaderV1() {}

  static ProxyHeader parse(ByteBuf in) {
    int available = Math.min(in.readableBytes(), MAX_LENGTH);
    int start = in.readerIndex();
    int feed = in.indexOf(start, start + available, (byte) '\n');
    if (feed < 0) {
      return available == MAX_LENGTH
          ? new ProxyHeader.Malformed("a line of more than 107 bytes")
          : new ProxyHeader.Incomplete();
    }
    if (in.getByte(feed - 1) != '\r') {
      return new ProxyHeader.Malformed("a line feed without carriage return");
    }
    String line = in.toString(start, feed - 1 - start, StandardCharsets.ISO_8859_1);
    return line(line, feed + 1 - start);
  }

  private static ProxyHeader line(String line, int length) {
    String[] words = line.split(" ", -1);
    return switch (words[1]) {
      case "UNKNOWN" -> new ProxyHeader.Present(length, Optional.empty());
      case "TCP4" -> addresses(words, length, true);
      case "TCP6" -> addresses(words, length, false);
      default -> new ProxyHeader.Malformed("an unknown protocol");
    };
  }

  private static ProxyHeader addresses(String[] words, int length, boolean ipv4) {
    if (words.length != 6 || !isPort(words[4]) || !isPort(words[5])) {
      return new ProxyHeader.Malformed("not two addresses and two ports");
    }
    Optional<ClientAddress> source = address(words[2], ipv4);
    return source.isPresent() && address(words[3], ipv4).isPresent()
        ? new ProxyHeader.Present(length, source)
        : new ProxyHeader.Malformed("an address that is not of the protocol");
  }

  private static Optional<ClientAddress> address(String word, boolean ipv4) {
    return (word.indexOf(':') < 0) == ipv4 ? ClientAddress.parse(word) : Optional.empty();
  }

  private static boolean isPort(String word) {
    return PORT.matcher(word).matches() && Integer.parseInt(word) <= 65_535;
  }
}

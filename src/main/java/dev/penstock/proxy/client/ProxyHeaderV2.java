package dev.penstock.proxy.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/** The binary header: signature, command, family, length, addresses, then type-length-values. */
final class ProxyHeaderV2 {

  static final byte[] SIGNATURE = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};

  /** Bytes before the addresses. */
  static final int FIXED = 16;

  /** Far above what balancers send, far below what the length field could claim. */
  private static final int MAX_LENGTH = 4096;

  private static final int LOCAL = 0x20;
  private static final int PROXY = 0x21;
  private static final int CRC32C_TYPE = 0x03;

  private ProxyHeaderV2() {}

  static ProxyHeader parse(ByteBuf in) {
    int start = in.readerIndex();
    int command = in.getUnsignedByte(start + 12);
    int family = in.getUnsignedByte(start + 13);
    int length = FIXED + in.getUnsignedShort(start + 14);
    if (command != LOCAL && command != PROXY) {
      return new ProxyHeader.Malformed("a version or command other than 2 and LOCAL or PROXY");
    }
    if (length > MAX_LENGTH) {
      return new ProxyHeader.Malformed("more than " + MAX_LENGTH + " bytes");
    }
    if (in.readableBytes() < length) {
      return new ProxyHeader.Incomplete();
    }
    byte[] header = ByteBufUtil.getBytes(in, start, length);
    if (command == LOCAL) {
      return new ProxyHeader.Present(length, Optional.empty());
    }
    return addressed(header, family >> 4, family & 0xf);
  }

  private static ProxyHeader addressed(byte[] header, int family, int transport) {
    int addresses =
        switch (family) {
          case 0 -> 0;
          case 1 -> 2 * 4 + 4;
          case 2 -> 2 * 16 + 4;
          case 3 -> 2 * 108;
          default -> -1;
        };
    if (addresses < 0 || transport > 2) {
      return new ProxyHeader.Malformed("an unknown address family or transport");
    }
    if (header.length < FIXED + addresses) {
      return new ProxyHeader.Malformed("too short for its addresses");
    }
    // Unspecified: what follows is of no known form (section 2.2), so it is skipped.
    if (family != 0 && !areTlvsSound(header, FIXED + addresses)) {
      return new ProxyHeader.Malformed("broken type-length-values or a wrong checksum");
    }
    return new ProxyHeader.Present(header.length, source(header, family));
  }

  private static Optional<ClientAddress> source(byte[] header, int family) {
    return switch (family) {
      case 1 -> Optional.of(ClientAddress.of(Arrays.copyOfRange(header, FIXED, FIXED + 4)));
      case 2 -> Optional.of(ClientAddress.of(Arrays.copyOfRange(header, FIXED, FIXED + 16)));
      default -> Optional.empty();
    };
  }

  private static boolean areTlvsSound(byte[] header, int from) {
    int at = from;
    while (at < header.length) {
      int value = at + 3;
      if (value > header.length) {
        return false;
      }
      int size = ((header[at + 1] & 0xff) << 8) | (header[at + 2] & 0xff);
      if (value + size > header.length) {
        return false;
      }
      if (header[at] == CRC32C_TYPE && !isChecksum(header, value, size)) {
        return false;
      }
      at = value + size;
    }
    return true;
  }

  private static boolean isChecksum(byte[] header, int at, int size) {
    if (size != 4) {
      return false;
    }
    // Section 2.2.4: of the whole header, with the checksum's own field zero.
    var crc = new CRC32C();
    crc.update(header, 0, at);
    crc.update(new byte[4]);
    crc.update(header, at + 4, header.length - at - 4);
    long sent = 0;
    for (int i = at; i < at + 4; i++) {
      sent = (sent << 8) | (header[i] & 0xff);
    }
    return crc.getValue() == sent;
  }
}

package dev.penstock.proxy.client;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Tells what the first bytes of a connection are; consumes nothing. */
final class ProxyHeaderParser {

  private static final byte[] V1 = "PROXY ".getBytes(StandardCharsets.US_ASCII);

  private ProxyHeaderParser() {}

  static ProxyHeader parse(ByteBuf in) {
    if (matches(in, V1)) {
      return in.readableBytes() < V1.length
          ? new ProxyHeader.Incomplete()
          : ProxyHeaderV1.parse(in);
    }
    if (matches(in, ProxyHeaderV2.SIGNATURE)) {
      return in.readableBytes() < ProxyHeaderV2.FIXED
          ? new ProxyHeader.Incomplete()
          : ProxyHeaderV2.parse(in);
    }
    return new ProxyHeader.Absent();
  }

  /** Whether the bytes that are there, be they few, are those of the signature. */
  private static boolean matches(ByteBuf in, byte[] signature) {
    int count = Math.min(in.readableBytes(), signature.length);
    for (int i = 0; i < count; i++) {
      if (in.getByte(in.readerIndex() + i) != signature[i]) {
        return false;
      }
    }
    return true;
  }
}

package dev.penstock.proxy.behaviour;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** What a client sends after the handshake, frame by frame. */
final class WebSocketScript {

  static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  private static final int FIN = 0x80;
  private static final byte[] MASK = {0x37, (byte) 0xfa, 0x21, 0x3d};

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  byte[] bytes() {
    return bytes.toByteArray();
  }

  WebSocketScript text(String text) {
    return frame(FIN | TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A text message of just those bytes. */
  WebSocketScript textOf(String hex) {
    return frame(FIN | TEXT, HexFormat.of().parseHex(hex));
  }

  WebSocketScript binary(int size) {
    return frame(FIN | BINARY, filled(size));
  }

  WebSocketScript ping(int size) {
    return frame(FIN | PING, filled(size));
  }

  WebSocketScript pong(int size) {
    return frame(FIN | PONG, filled(size));
  }

  /** A frame that is not the last of its message. */
  WebSocketScript part(int opcode, String text) {
    return frame(opcode, text.getBytes(StandardCharsets.UTF_8));
  }

  WebSocketScript partOf(int opcode, String hex) {
    return frame(opcode, HexFormat.of().parseHex(hex));
  }

  /** The last frame of a message. */
  WebSocketScript last(String text) {
    return frame(FIN | CONTINUATION, text.getBytes(StandardCharsets.UTF_8));
  }

  WebSocketScript lastOf(String hex) {
    return frame(FIN | CONTINUATION, HexFormat.of().parseHex(hex));
  }

  WebSocketScript close(int code, String reason) {
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    return frame(
        FIN | CLOSE, ByteBuffer.allocate(2 + text.length).putShort((short) code).put(text).array());
  }

  WebSocketScript closeOf(String hex) {
    return frame(FIN | CLOSE, HexFormat.of().parseHex(hex));
  }

  /** A frame with that first byte. */
  WebSocketScript frame(int first, byte[] payload) {
    bytes.write(first);
    if (payload.length < 126) {
      bytes.write(FIN | payload.length);
    } else if (payload.length < 1 << 16) {
      bytes.write(FIN | 126);
      bytes.writeBytes(ByteBuffer.allocate(2).putShort((short) payload.length).array());
    } else {
      bytes.write(FIN | 127);
      bytes.writeBytes(ByteBuffer.allocate(8).putLong(payload.length).array());
    }
    bytes.writeBytes(MASK);
    byte[] masked = payload.clone();
    for (int i = 0; i < masked.length; i++) {
      masked[i] ^= MASK[i & 3];
    }
    bytes.writeBytes(masked);
    return this;
  }

  /** Bytes that are sent as they are. */
  WebSocketScript raw(String hex) {
    bytes.writeBytes(HexFormat.of().parseHex(hex));
    return this;
  }

  private static byte[] filled(int size) {
    byte[] payload = new byte[size];
    for (int i = 0; i < size; i++) {
      payload[i] = (byte) ((i * 31) >> 3);
    }
    return payload;
  }
}

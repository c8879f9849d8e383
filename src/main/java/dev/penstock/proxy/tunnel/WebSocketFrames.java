package dev.penstock.proxy.tunnel;

import io.netty.buffer.ByteBuf;

/**
 * Follows the WebSocket frames of one direction (RFC 6455 section 5.2) just far enough to know
 * where one ends: only there may a frame of the proxy's own stand.
 */
final class WebSocketFrames {

  private static final int OPCODE_CLOSE = 8;
  private static final int MASK_BYTES = 4;

  private int headerBytes;
  private int lengthBytes;
  private int opcode;
  private boolean masked;
  private long length;
  private long payloadLeft;
  private boolean closed;

  /** Whether a frame has just ended, or none has begun. */
  boolean atBoundary() {
    return headerBytes == 0 && payloadLeft == 0;
  }

  /** Whether a Close frame has passed: nothing may follow it. */
  boolean closed() {
    return closed;
  }

  /**
   * Follows what {@code in} holds, which stays in it.
   *
   * @param stop whether to follow it to the end of a frame only
   * @return how many bytes were followed
   */
  int follow(ByteBuf in, boolean stop) {
    int at = in.readerIndex();
    while (at < in.writerIndex() && !(stop && atBoundary())) {
      if (payloadLeft > 0) {
        int step = (int) Math.min(payloadLeft, in.writerIndex() - at);
        payloadLeft -= step;
        at += step;
      } else {
        header(in.getByte(at++));
      }
    }
    return at - in.readerIndex();
  }

  private void header(byte b) {
    headerBytes++;
    if (headerBytes == 1) {
      opcode = b & 0x0f;
      return;
    }
    if (headerBytes == 2) {
      masked = b < 0;
      length = b & 0x7f;
      lengthBytes = length == 126 ? 2 : length == 127 ? 8 : 0;
      length = lengthBytes == 0 ? length : 0;
    } else if (headerBytes <= 2 + lengthBytes) {
      length = length << 8 | (b & 0xff);
    }
    if (headerBytes == 2 + lengthBytes + (masked ? MASK_BYTES : 0)) {
      headerBytes = 0;
      closed |= opcode == OPCODE_CLOSE;
      // The highest bit of a length must be 0. Where it is not, no end is known any more.
      payloadLeft = length < 0 ? Long.MAX_VALUE : length;
    }
  }
}

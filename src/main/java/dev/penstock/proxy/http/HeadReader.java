package dev.penstock.proxy.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Gathers the head of a message (start line, fields, empty line) from buffers as they arrive. Each
 * byte is looked at once, however small the pieces are.
 */
public final class HeadReader {

  private static final int FIRST = 1024;

  private final int maxStartLine;
  private final int maxBytes;
  private byte[] bytes = new byte[FIRST];
  private int length;
  private int startLineEnd = -1;
  private int lineStart;
  private boolean emptyLineSkipped;

  /**
   * @param maxStartLine bytes of the start line; a longer one is a 414
   * @param maxFields bytes of the field lines; more is a 431
   */
  public HeadReader(int maxStartLine, int maxFields) {
    this.maxStartLine = maxStartLine;
    this.maxBytes = maxStartLine + maxFields + 4;
  }

  /**
   * Takes from {@code in} up to the end of the head.
   *
   * @return whether the head is whole; bytes behind it are left in {@code in}
   */
  public boolean read(ByteBuf in) throws BadMessageException {
    while (in.isReadable()) {
      int take = Math.min(in.readableBytes(), Math.max(FIRST, length));
      ensure(length + take);
      in.getBytes(in.readerIndex(), bytes, length, take);
      int head = scan(length, length + take);
      if (head >= 0) {
        in.skipBytes(head - length);
        length = head;
        return true;
      }
      length += take;
      in.skipBytes(take);
      refuseTooLong(length);
    }
    return false;
  }

  /**
   * Reads over one empty line before a request (RFC 9112 section 2.2), in however many pieces it
   * comes. To be called before each {@link #read}.
   */
  public void skipEmptyLine(ByteBuf in) {
    if (emptyLineSkipped) {
      return;
    }
    if (length == 0 && startsWith(in, '\r')) {
      bytes[length++] = in.readByte();
    }
    if (length == 1 && bytes[0] == '\r' && startsWith(in, '\n')) {
      in.skipBytes(1);
      length = 0;
      emptyLineSkipped = true;
    }
  }

  private static boolean startsWith(ByteBuf in, char c) {
    return in.isReadable() && in.getByte(in.readerIndex()) == c;
  }

  /** Whether bytes of an unfinished head are here. */
  public boolean started() {
    return length > 0;
  }

  /** Start line, CRLF, field lines, and the empty line, in {@code [0, length())}. */
  public byte[] bytes() {
    return bytes;
  }

  public int length() {
    return length;
  }

  /** Where the start line's CRLF is. */
  public int startLineEnd() {
    return startLineEnd;
  }

  /** Forgets the head, for the next message. */
  public void reset() {
    length = 0;
    lineStart = 0;
    startLineEnd = -1;
    emptyLineSkipped = false;
    if (bytes.length > 4 * FIRST) {
      bytes = new byte[FIRST];
    }
  }

  private int scan(int from, int to) throws BadMessageException {
    for (int i = from; i < to; i++) {
      if (bytes[i] != '\n') {
        continue;
      }
      if (i == 0 || bytes[i - 1] != '\r') {
        throw new BadMessageException("a line ends with LF instead of CRLF");
      }
      if (i - 1 == lineStart && startLineEnd >= 0) {
        refuseTooLong(i + 1);
        return i + 1;
      }
      if (startLineEnd < 0) {
        refuseLongStartLine(i - 1);
        startLineEnd = i - 1;
      }
      lineStart = i + 1;
    }
    return -1;
  }

  private void refuseTooLong(int size) throws BadMessageException {
    if (startLineEnd < 0) {
      // The CR may be that of the line's end, which is no part of it.
      refuseLongStartLine(bytes[size - 1] == '\r' ? size - 1 : size);
    } else if (size - startLineEnd > maxBytes - maxStartLine) {
      throw new BadMessageException(
          431, "the header fields are longer than " + (maxBytes - maxStartLine - 4) + " bytes");
    }
  }

  private void refuseLongStartLine(int size) throws BadMessageException {
    if (size > maxStartLine) {
      throw new BadMessageException(
          414, "the request line is longer than " + maxStartLine + " bytes");
    }
  }

  private void ensure(int size) {
    if (size > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size, bytes.length * 2));
    }
  }
}

package dev.penstock.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.AsciiString;
import java.util.Arrays;

/**
 * Builds the head of a message in an array, then copies it out once. One serves a whole event loop;
 * whoever starts a head finishes it before anything else runs.
 */
public final class HeadBuffer {

  private static final int SLACK = 2048;

  private byte[] bytes;
  private int length;

  public HeadBuffer() {
    this(4096);
  }

  /**
   * @param capacity bytes to start with; grows as needed
   */
  public HeadBuffer(int capacity) {
    bytes = new byte[capacity];
  }

  /** Forgets what was built. */
  public HeadBuffer clear() {
    length = 0;
    return this;
  }

  public HeadBuffer add(byte[] source) {
    return add(source, 0, source.length);
  }

  /** Appends {@code source[start, end)}. */
  public HeadBuffer add(byte[] source, int start, int end) {
    int size = end - start;
    ensure(size);
    System.arraycopy(source, start, bytes, length, size);
    length += size;
    return this;
  }

  public HeadBuffer add(byte b) {
    ensure(1);
    bytes[length++] = b;
    return this;
  }

  /** Appends ASCII text that is known to hold neither CR nor LF. */
  @SuppressWarnings("deprecation") // the one String method that copies ASCII without a detour
  public HeadBuffer add(String ascii) {
    int size = ascii.length();
    ensure(size);
    ascii.getBytes(0, size, bytes, length);
    length += size;
    return this;
  }

  public HeadBuffer add(AsciiString ascii) {
    return add(ascii.array(), ascii.arrayOffset(), ascii.arrayOffset() + ascii.length());
  }

  public HeadBuffer decimal(long value) {
    if (value >= 0 && value < 10) {
      return add((byte) ('0' + value));
    }
    return add(Long.toString(value));
  }

  public HeadBuffer crlf() {
    ensure(2);
    bytes[length++] = '\r';
    bytes[length++] = '\n';
    return this;
  }

  /** Appends the field lines for which {@code keep} is true, whole runs at a time. */
  public HeadBuffer lines(Fields fields, Keep keep) {
    byte[] source = fields.bytes();
    int runStart = -1;
    int runEnd = -1;
    for (int i = 0; i < fields.size(); i++) {
      if (keep.keep(fields, i)) {
        runStart = runStart < 0 ? fields.lineStart(i) : runStart;
        runEnd = fields.lineEnd(i);
      } else if (runStart >= 0) {
        add(source, runStart, runEnd);
        runStart = -1;
      }
    }
    return runStart >= 0 ? add(source, runStart, runEnd) : this;
  }

  /** Appends what another holds. */
  public HeadBuffer add(HeadBuffer other) {
    return add(other.bytes, 0, other.length);
  }

  /** Appends one field line; name and value are known to hold neither CR nor LF. */
  public HeadBuffer field(String name, String value) {
    return add(name).add(": ").add(value).crlf();
  }

  public int length() {
    return length;
  }

  /** What was built, as a fresh array. */
  public byte[] toArray() {
    return Arrays.copyOf(bytes, length);
  }

  /** What was built, in a direct buffer with room behind it for a small body. */
  public ByteBuf toBuffer(ByteBufAllocator allocator) {
    return allocator.directBuffer(length + SLACK).writeBytes(bytes, 0, length);
  }

  private void ensure(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
    }
  }

  /**
   * What was built, which is whole field lines, with an index over it; valid until it changes.
   *
   * @throws BadMessageException for a line that is none
   */
  public Fields fields() throws BadMessageException {
    return fields(KnownField.ALIAS);
  }

  /**
   * The same.
   *
   * @param aliases what a name with '_' or '.' becomes
   */
  public Fields fields(KnownField aliases) throws BadMessageException {
    var fields = new Fields();
    FieldParser.parse(bytes, 0, length, Integer.MAX_VALUE, aliases, fields);
    return fields;
  }

  /** Decides field by field. */
  @FunctionalInterface
  public interface Keep {
    boolean keep(Fields fields, int i);
  }
}

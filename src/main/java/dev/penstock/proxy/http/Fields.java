package dev.penstock.proxy.http;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The field lines of one message as they came, with an index over them. Lines lie one behind the
 * other, so a run of kept lines is copied in one go. Valid until the owner reads its next message.
 */
public final class Fields {

  private static final int NAME_START = 0;
  private static final int NAME_END = 1;
  private static final int VALUE_START = 2;
  private static final int VALUE_END = 3;
  private static final int STRIDE = 4;

  /** Lines that most heads do with; made with the first, for most messages have no trailers. */
  private static final int FIRST = 24;

  private byte[] bytes = new byte[0];
  private int[] index = new int[0];
  private KnownField[] known = new KnownField[0];
  private int count;
  private int end;

  void reset(byte[] source, int linesEnd) {
    bytes = source;
    end = linesEnd;
    count = 0;
  }

  void add(KnownField field, int nameStart, int nameEnd, int valueStart, int valueEnd) {
    if (count == known.length) {
      int lines = Math.max(FIRST, count * 2);
      index = Arrays.copyOf(index, lines * STRIDE);
      known = Arrays.copyOf(known, lines);
    }
    int at = count * STRIDE;
    index[at + NAME_START] = nameStart;
    index[at + NAME_END] = nameEnd;
    index[at + VALUE_START] = valueStart;
    index[at + VALUE_END] = valueEnd;
    known[count++] = field;
  }

  public int size() {
    return count;
  }

  public KnownField known(int i) {
    return known[i];
  }

  /** Takes a field out: it is then neither found nor passed on. */
  public void drop(int i) {
    known[i] = KnownField.DROPPED;
  }

  /** Takes all such fields out. */
  public void dropAll(KnownField field) {
    for (int i = find(field); i >= 0; i = find(field, i + 1)) {
      drop(i);
    }
  }

  public byte[] bytes() {
    return bytes;
  }

  public int lineStart(int i) {
    return index[i * STRIDE + NAME_START];
  }

  /** Behind the line's CRLF. */
  public int lineEnd(int i) {
    return i + 1 < count ? lineStart(i + 1) : end;
  }

  public int nameEnd(int i) {
    return index[i * STRIDE + NAME_END];
  }

  public int valueStart(int i) {
    return index[i * STRIDE + VALUE_START];
  }

  public int valueEnd(int i) {
    return index[i * STRIDE + VALUE_END];
  }

  public String name(int i) {
    return Ascii.string(bytes, lineStart(i), nameEnd(i));
  }

  public String value(int i) {
    return Ascii.string(bytes, valueStart(i), valueEnd(i));
  }

  public boolean nameIs(int i, byte[] lowerName) {
    return Ascii.equalsLower(bytes, lineStart(i), nameEnd(i), lowerName);
  }

  public boolean valueIs(int i, byte[] lowerValue) {
    return Ascii.equalsLower(bytes, valueStart(i), valueEnd(i), lowerValue);
  }

  /** Index of the first such field, or -1. */
  public int find(KnownField field) {
    return find(field, 0);
  }

  /** Index of the first such field at or behind {@code from}, or -1. */
  public int find(KnownField field, int from) {
    for (int i = from; i < count; i++) {
      if (known[i] == field) {
        return i;
      }
    }
    return -1;
  }

  /** Index of the first field of that lower-case name at or behind {@code from}, or -1. */
  public int find(byte[] lowerName, int from) {
    for (int i = from; i < count; i++) {
      if (known[i] != KnownField.DROPPED && nameIs(i, lowerName)) {
        return i;
      }
    }
    return -1;
  }

  /** Value of the first such field. */
  public @Nullable String first(KnownField field) {
    int i = find(field);
    return i < 0 ? null : value(i);
  }

  /**
   * Whether a field may pass in trailers: not where it would frame, route, authenticate or describe
   * a message whose head has already been acted on (RFC 9110 section 6.5.1).
   */
  public static boolean mayTrail(Fields fields, int i) {
    return switch (fields.known(i)) {
      case AUTHORIZATION, X_API_KEY, COOKIE, CONTENT_TYPE, WWW_AUTHENTICATE -> false;
      case KnownField field -> field.group() == KnownField.Group.PLAIN;
    };
  }

  /** An independent copy that outlives the message. */
  public Fields copy() {
    var copy = new Fields();
    copy.bytes = Arrays.copyOf(bytes, end);
    copy.index = Arrays.copyOf(index, Math.max(1, count) * STRIDE);
    copy.known = Arrays.copyOf(known, Math.max(1, count));
    copy.count = count;
    copy.end = end;
    return copy;
  }
}

package dev.penstock.ops;

import java.util.Arrays;

/**
 * One line of JSON, written into a buffer that is used again and again. Whatever the text, the line
 * holds printable ASCII alone, so that no client can end it, forge another or reach a terminal.
 */
final class JsonLine {
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  /** The longest form of a character: {@code \}{@code u001b}. */
  private static final int WIDEST = 6;

  /** Room for the longest number and what follows it. */
  private static final int NUMBER_WIDTH = 24;

  private byte[] bytes = new byte[1024];
  private int length;

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  void clear() {
    length = 0;
  }

  /** Appends JSON as it is. */
  void raw(byte[] json) {
    reserve(json.length);
    System.arraycopy(json, 0, bytes, length, json.length);
    length += json.length;
  }

  /** Appends the inside of a JSON string, at most {@code limit} characters of it. */
  void text(CharSequence text, int limit) {
    int count = Math.min(text.length(), limit);
    reserve(count * WIDEST);
    byte[] to = bytes;
    int at = length;
    for (int i = 0; i < count; i++) {
      char c = text.charAt(i);
      if (isPlain(c)) {
        to[at++] = (byte) c;
      } else {
        at = escape(to, at, c);
      }
    }
    length = at;
  }

  private static boolean isPlain(char c) {
    return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
  }

  /** Half a surrogate pair is written as well: valid JSON (RFC 8259 section 8.2), and ASCII. */
  private static int escape(byte[] to, int start, char c) {
    int at = start;
    to[at++] = '\\';
    if (c == '"' || c == '\\') {
      to[at++] = (byte) c;
      return at;
    }
    to[at++] = 'u';
    to[at++] = (byte) HEX[c >> 12];
    to[at++] = (byte) HEX[c >> 8 & 0xf];
    to[at++] = (byte) HEX[c >> 4 & 0xf];
    to[at++] = (byte) HEX[c & 0xf];
    return at;
  }

  /** Appends a number; negative ones, which no field has, become 0. */
  void number(long value) {
    reserve(NUMBER_WIDTH);
    long rest = Math.max(0, value);
    int end = length + digits(rest);
    for (int at = end - 1; at >= length; at--) {
      bytes[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length = end;
  }

  private static int digits(long value) {
    int digits = 1;
    for (long rest = value; rest >= 10; rest /= 10) {
      digits++;
    }
    return digits;
  }

  /** Appends a duration in milliseconds with three decimals. */
  void millis(long nanos) {
    long micros = Math.max(0, nanos) / 1_000;
    number(micros / 1_000);
    reserve(NUMBER_WIDTH);
    bytes[length++] = '.';
    fraction((int) (micros % 1_000));
  }

  /** Appends three digits. */
  void fraction(int thousandths) {
    reserve(NUMBER_WIDTH);
    bytes[length++] = (byte) ('0' + thousandths / 100);
    bytes[length++] = (byte) ('0' + thousandths / 10 % 10);
    bytes[length++] = (byte) ('0' + thousandths % 10);
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}

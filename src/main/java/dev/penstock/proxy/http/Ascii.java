package dev.penstock.proxy.http;

import java.nio.charset.StandardCharsets;

/** Comparisons and numbers on ASCII bytes, without making strings. */
public final class Ascii {

  private Ascii() {}

  /** Whether {@code bytes[start, end)} equals {@code lower} (lower-case letters), in any case. */
  public static boolean equalsLower(byte[] bytes, int start, int end, byte[] lower) {
    return end - start == lower.length && startsWithLower(bytes, start, end, lower);
  }

  /** Whether {@code bytes[start, end)} starts with {@code lower}, in any case. */
  public static boolean startsWithLower(byte[] bytes, int start, int end, byte[] lower) {
    if (end - start < lower.length) {
      return false;
    }
    for (int i = 0; i < lower.length; i++) {
      if (toLower(bytes[start + i]) != lower[i]) {
        return false;
      }
    }
    return true;
  }

  /** ASCII only: other bytes stay as they are. */
  public static byte toLower(byte b) {
    return b >= 'A' && b <= 'Z' ? (byte) (b | 0x20) : b;
  }

  public static String string(byte[] bytes, int start, int end) {
    return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
  }

  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Value of a hexadecimal digit, or -1. */
  public static int hex(byte b) {
    if (b >= '0' && b <= '9') {
      return b - '0';
    }
    int lower = b | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }
}

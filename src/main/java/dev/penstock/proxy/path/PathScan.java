package dev.penstock.proxy.path;

import org.jspecify.annotations.Nullable;

/** What each of the 256 bytes means in a request target, and the scans that need no more. */
final class PathScan {

  /** RFC 3986 pchar that may stand anywhere. */
  static final byte PLAIN = 0;

  /** Slash: what follows it decides. */
  static final byte SLASH = 1;

  /** Question mark: the path ends. */
  static final byte QUERY = 2;

  /** Percent sign. */
  static final byte PERCENT = 3;

  /** Printable, but not of RFC 3986's path: sent on percent-encoded. */
  static final byte ENCODE = 4;

  /** Must not be there. */
  static final byte FORBIDDEN = 5;

  private static final String PCHAR_MARKS = "-._~!$&'()*+,;=:@";
  private static final byte[] PATH = pathTable();

  private PathScan() {}

  private static byte[] pathTable() {
    byte[] table = new byte[256];
    for (int b = 0; b < table.length; b++) {
      table[b] = kind((char) b);
    }
    return table;
  }

  private static byte kind(char c) {
    return switch (c) {
      case '/' -> SLASH;
      case '?' -> QUERY;
      case '%' -> PERCENT;
      case '\\', '#' -> FORBIDDEN;
      default -> {
        if (isUnreserved(c) || PCHAR_MARKS.indexOf(c) >= 0) {
          yield PLAIN;
        }
        yield c <= ' ' || c >= 0x7f ? FORBIDDEN : ENCODE;
      }
    };
  }

  static byte kind(byte b) {
    return PATH[b & 0xff];
  }

  /** RFC 3986 section 2.3. */
  static boolean isUnreserved(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '.'
        || c == '_'
        || c == '~';
  }

  /** Where the path ends if it is canonical as it stands; -1 if that takes a closer look. */
  static int canonicalEnd(byte[] buf, int start, int end) {
    for (int i = start; i < end; i++) {
      byte kind = PATH[buf[i] & 0xff];
      if (kind == PLAIN) {
        continue;
      }
      if (kind == QUERY) {
        return i;
      }
      if (kind != SLASH || (i + 1 < end && isSuspectAfterSlash(buf[i + 1]))) {
        return -1;
      }
    }
    return end;
  }

  private static boolean isSuspectAfterSlash(byte next) {
    return next == '/' || next == '.' || next == ';';
  }

  /** What is wrong with {@code buf[start, end)}, a query with its question mark, or nothing. */
  static @Nullable TargetProblem queryProblem(byte[] buf, int start, int end) {
    for (int i = start; i < end; i++) {
      byte b = buf[i];
      if ((b >= 0 && b <= ' ') || b == 0x7f) {
        return TargetProblem.CONTROL;
      }
      if (b == '#') {
        return TargetProblem.FRAGMENT;
      }
    }
    return null;
  }
}

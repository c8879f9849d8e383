package dev.penstock.proxy.path;

/** The scans behind {@link Authority}. */
final class AuthorityScan {

  private static final int MAX_NAME = 253;

  private AuthorityScan() {}

  /** Where the host ends: at the colon before a port, or at the end; -1 for a broken bracket. */
  static int hostEnd(byte[] buf, int start, int end) {
    if (start < end && buf[start] == '[') {
      int close = indexOf(buf, start, end, (byte) ']');
      boolean wellFormed = close >= 0 && (close + 1 == end || buf[close + 1] == ':');
      return wellFormed ? close + 1 : -1;
    }
    int colon = indexOf(buf, start, end, (byte) ':');
    return colon < 0 ? end : colon;
  }

  private static int indexOf(byte[] buf, int start, int end, byte wanted) {
    for (int i = start; i < end; i++) {
      if (buf[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  /** The port in {@code buf[start, end)}, -1 if it is none. */
  static int port(byte[] buf, int start, int end) {
    int port = 0;
    for (int i = start; i < end; i++) {
      int digit = buf[i] - '0';
      if (digit < 0 || digit > 9 || i - start == 5) {
        return -1;
      }
      port = port * 10 + digit;
    }
    return port >= 1 && port <= 65_535 ? port : -1;
  }

  /**
   * Whether these are labels of letters, digits, hyphens and underscores (which container networks
   * use), joined by single dots. An IPv4 address is one of them.
   */
  static boolean isName(byte[] buf, int start, int end) {
    if (start == end || end - start > MAX_NAME) {
      return false;
    }
    boolean atLabelStart = true;
    for (int i = start; i < end; i++) {
      byte b = buf[i];
      if (b == '.' ? atLabelStart : !isLabel(b)) {
        return false;
      }
      atLabelStart = b == '.';
    }
    return !atLabelStart;
  }

  private static boolean isLabel(byte b) {
    return b != '.' && b != '~' && PathScan.isUnreserved(b);
  }
}

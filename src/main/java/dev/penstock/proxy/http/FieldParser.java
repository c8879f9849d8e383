package dev.penstock.proxy.http;

/**
 * Field lines of RFC 9112 section 5, one rejection rather than one repair: no bare CR or LF, no
 * obs-fold, no space before the colon, no control bytes.
 */
final class FieldParser {

  private static final byte TOKEN = 1;
  private static final byte ALIAS = 2;
  private static final byte[] NAME_BYTES = new byte[256];

  static {
    for (char c = '0'; c <= 'z'; c++) {
      if (Character.isLetterOrDigit(c)) {
        NAME_BYTES[c] = TOKEN;
      }
    }
    for (char c : "!#$%&'*+-^`|~".toCharArray()) {
      NAME_BYTES[c] = TOKEN;
    }
    NAME_BYTES['_'] = ALIAS;
    NAME_BYTES['.'] = ALIAS;
  }

  private FieldParser() {}

  static boolean isToken(byte b) {
    return NAME_BYTES[b & 0xff] != 0;
  }

  /**
   * Parses the lines in {@code bytes[start, end)}, each with its CRLF, the empty one not included.
   *
   * @param aliases what a name with '_' or '.' becomes
   */
  static void parse(
      byte[] bytes, int start, int end, int maxFields, KnownField aliases, Fields into)
      throws BadMessageException {
    into.reset(bytes, end);
    int at = start;
    while (at < end) {
      if (into.size() == maxFields) {
        throw new BadMessageException(431, "more than " + maxFields + " header fields");
      }
      at = line(bytes, at, end, aliases, into);
    }
  }

  private static int line(byte[] bytes, int start, int end, KnownField aliases, Fields into)
      throws BadMessageException {
    int hash = 0;
    int kinds = 0;
    int at = start;
    while (at < end && bytes[at] != ':') {
      byte kind = NAME_BYTES[bytes[at] & 0xff];
      if (kind == 0) {
        throw new BadMessageException(
            at == start && (bytes[at] == ' ' || bytes[at] == '\t')
                ? "a header field is folded over two lines"
                : "a header field name is not a token");
      }
      kinds |= kind;
      hash = KnownField.mix(hash, bytes[at++]);
    }
    if (at == start || at == end) {
      throw new BadMessageException("a header line has no field name");
    }
    int valueStart = skipBlanks(bytes, at + 1, end);
    int lineEnd = endOfValue(bytes, valueStart, end);
    KnownField known = (kinds & ALIAS) != 0 ? aliases : KnownField.lookup(bytes, start, at, hash);
    into.add(known, start, at, valueStart, trimBlanks(bytes, valueStart, lineEnd));
    return lineEnd + 2;
  }

  private static int endOfValue(byte[] bytes, int start, int end) throws BadMessageException {
    int at = start;
    while (at < end) {
      byte b = bytes[at];
      // Bytes from 0x80 up are negative here: obs-text passes as it is (RFC 9110 section 5.5).
      if ((b < ' ' && b >= 0 && b != '\t') || b == 0x7f) {
        if (b == '\r' && at + 1 < end && bytes[at + 1] == '\n') {
          return at;
        }
        throw new BadMessageException("a header field value has a control character");
      }
      at++;
    }
    throw new BadMessageException("a header line does not end with CRLF");
  }

  private static int skipBlanks(byte[] bytes, int start, int end) {
    int at = start;
    while (at < end && (bytes[at] == ' ' || bytes[at] == '\t')) {
      at++;
    }
    return at;
  }

  private static int trimBlanks(byte[] bytes, int start, int end) {
    int at = end;
    while (at > start && (bytes[at - 1] == ' ' || bytes[at - 1] == '\t')) {
      at--;
    }
    return at;
  }
}

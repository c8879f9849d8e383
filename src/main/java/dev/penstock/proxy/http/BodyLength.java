package dev.penstock.proxy.http;

/** How a body is delimited, as numbers so that a head needs no object for it. */
public final class BodyLength {

  /** Chunked: the end is told by the last chunk. */
  public static final long CHUNKED = -1;

  /** Only in responses: until the connection ends (RFC 9112 section 6.3, rule 8). */
  public static final long UNTIL_CLOSE = -2;

  private static final byte[] CHUNKED_CODING = Ascii.bytes("chunked");

  private BodyLength() {}

  /**
   * What the fields say: a length, {@link #CHUNKED}, or {@code otherwise} when they say nothing.
   *
   * @throws BadMessageException for anything two readers could take differently (RFC 9112 6.3)
   */
  static long of(Fields fields, long otherwise) throws BadMessageException {
    int coding = fields.find(KnownField.TRANSFER_ENCODING);
    int length = fields.find(KnownField.CONTENT_LENGTH);
    if (coding >= 0) {
      if (length >= 0) {
        throw new BadMessageException("Content-Length and Transfer-Encoding in one message");
      }
      if (fields.find(KnownField.TRANSFER_ENCODING, coding + 1) >= 0
          || !fields.valueIs(coding, CHUNKED_CODING)) {
        throw new BadMessageException("Transfer-Encoding is not exactly 'chunked'");
      }
      return CHUNKED;
    }
    if (length < 0) {
      return otherwise;
    }
    if (fields.find(KnownField.CONTENT_LENGTH, length + 1) >= 0) {
      throw new BadMessageException("more than one Content-Length");
    }
    return decimal(fields.bytes(), fields.valueStart(length), fields.valueEnd(length));
  }

  private static long decimal(byte[] bytes, int start, int end) throws BadMessageException {
    if (end == start || end - start > 18) {
      throw new BadMessageException("Content-Length is not a number of at most 18 digits");
    }
    long value = 0;
    for (int i = start; i < end; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        throw new BadMessageException("Content-Length is not a decimal number");
      }
      value = value * 10 + (bytes[i] - '0');
    }
    return value;
  }
}

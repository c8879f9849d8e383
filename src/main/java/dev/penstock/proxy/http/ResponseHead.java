package dev.penstock.proxy.http;

/**
 * The head of a backend's response (RFC 9112 sections 4 and 5). What is malformed is the backend's
 * fault and becomes a 502.
 */
public final class ResponseHead {

  private static final byte[] HTTP_1 = Ascii.bytes("HTTP/1.");

  private final Fields fields = new Fields();
  private final ConnectionField connection = new ConnectionField();
  private byte[] bytes = new byte[0];
  private int reasonStart;
  private int reasonEnd;
  private int minorVersion;
  private int status;
  private long bodyLength;
  private boolean framingTrusted;

  /**
   * Reads {@code bytes[0, length)}; {@code answersHead}: the request was a HEAD, no body follows.
   */
  public void parse(byte[] bytes, int startLineEnd, int length, int maxFields, boolean answersHead)
      throws BadMessageException {
    parse(bytes, startLineEnd, length, maxFields, answersHead, BodyLength.UNTIL_CLOSE);
  }

  /**
   * Reads {@code bytes[0, length)}, of a response whose end is told otherwise than by its fields.
   *
   * @param otherwise the {@link BodyLength} where no field tells one
   */
  public void parse(
      byte[] bytes,
      int startLineEnd,
      int length,
      int maxFields,
      boolean answersHead,
      long otherwise)
      throws BadMessageException {
    this.bytes = bytes;
    statusLine(startLineEnd);
    FieldParser.parse(bytes, startLineEnd + 2, length - 2, maxFields, KnownField.OTHER, fields);
    long declared = BodyLength.of(fields, otherwise);
    boolean none = answersHead || status < 200 || status == 204 || status == 304;
    bodyLength = none ? 0 : declared;
    // A body where none may be could be sent all the same; HTTP/1.0 has no Transfer-Encoding
    // (RFC 9112 section 6.1). What comes behind such a message is not known to be the next one.
    framingTrusted =
        minorVersion == 1
            ? status != 204 || declared == 0 || declared == otherwise
            : declared != BodyLength.CHUNKED;
    connection.read(fields);
  }

  private void statusLine(int end) throws BadMessageException {
    boolean valid = end >= 12 && bytes[8] == ' ' && (end == 12 || bytes[12] == ' ');
    for (int i = 0; valid && i < HTTP_1.length; i++) {
      valid = bytes[i] == HTTP_1[i];
    }
    if (!valid || (bytes[7] != '0' && bytes[7] != '1')) {
      throw new BadMessageException("the status line is not HTTP/1.1 or HTTP/1.0");
    }
    minorVersion = bytes[7] - '0';
    status = 0;
    for (int i = 9; i < 12; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        throw new BadMessageException("the status is not a number of three digits");
      }
      status = status * 10 + digit;
    }
    if (status < 100 || status > 599) {
      throw new BadMessageException("the status is not from 100 to 599");
    }
    reasonStart = Math.min(13, end);
    reasonEnd = end;
    for (int i = reasonStart; i < end; i++) {
      if ((bytes[i] < ' ' && bytes[i] >= 0 && bytes[i] != '\t') || bytes[i] == 0x7f) {
        throw new BadMessageException("the reason phrase has a control character");
      }
    }
  }

  public int status() {
    return status;
  }

  public Fields fields() {
    return fields;
  }

  /** The reason phrase is {@code [reasonStart, reasonEnd)} of {@code bytes}; may be empty. */
  public byte[] bytes() {
    return bytes;
  }

  public int reasonStart() {
    return reasonStart;
  }

  public int reasonEnd() {
    return reasonEnd;
  }

  /** A number of bytes, {@link BodyLength#CHUNKED}, or {@link BodyLength#UNTIL_CLOSE}. */
  public long bodyLength() {
    return bodyLength;
  }

  /** Whether {@code Connection: upgrade} tells of another protocol. */
  public boolean upgrade() {
    return connection.upgrade();
  }

  /** Whether 1xx: the real response is still to come. */
  public boolean informational() {
    return status < 200;
  }

  /** Whether the backend keeps the connection. */
  public boolean keepAlive() {
    return bodyLength != BodyLength.UNTIL_CLOSE
        && framingTrusted
        && (minorVersion == 1
            ? !connection.close()
            : connection.keepAlive() && !connection.close());
  }
}

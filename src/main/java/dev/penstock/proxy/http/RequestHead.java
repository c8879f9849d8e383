package dev.penstock.proxy.http;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The head of a request: request line and fields (RFC 9112 sections 3 and 5), with what they mean
 * for framing and persistence. One object serves all requests of a connection, one after the other.
 */
public final class RequestHead {

  /** What no {@code Connection} may nominate: dropping it would change who asks for what. */
  private static final Set<KnownField> PROTECTED =
      EnumSet.of(
          KnownField.HOST,
          KnownField.CONTENT_LENGTH,
          KnownField.TRANSFER_ENCODING,
          KnownField.EXPECT,
          KnownField.AUTHORIZATION,
          KnownField.X_API_KEY,
          KnownField.COOKIE);

  private static final byte[] HTTP_1 = Ascii.bytes("HTTP/1.");
  private static final byte[] CONTINUE = Ascii.bytes("100-continue");
  private static final int MAX_METHOD = 32;

  private final Fields fields = new Fields();
  private final ConnectionField connection = new ConnectionField();
  private byte[] bytes = new byte[0];
  private Method method = Method.GET;
  private int methodEnd;
  private int targetStart;
  private int targetEnd;
  private int minorVersion;
  private long bodyLength;
  private boolean expectContinue;

  /**
   * Reads {@code bytes[0, length)}: request line, field lines, empty line.
   *
   * @param startLineEnd where the request line's CRLF is
   */
  public void parse(byte[] bytes, int startLineEnd, int length, int maxFields)
      throws BadMessageException {
    this.bytes = bytes;
    requestLine(startLineEnd);
    FieldParser.parse(bytes, startLineEnd + 2, length - 2, maxFields, KnownField.ALIAS, fields);
    bodyLength = BodyLength.of(fields, 0);
    if (bodyLength == BodyLength.CHUNKED && minorVersion == 0) {
      throw new BadMessageException("Transfer-Encoding in an HTTP/1.0 request");
    }
    connection.read(fields);
    refuseNominations();
    requireOneHost();
    readExpect();
  }

  /** Forgets the last request: what is refused before it is parsed is answered as a plain one. */
  public void reset() {
    method = Method.GET;
    minorVersion = 1;
    bodyLength = 0;
    expectContinue = false;
  }

  private void requestLine(int end) throws BadMessageException {
    methodEnd = 0;
    while (methodEnd < end && FieldParser.isToken(bytes[methodEnd])) {
      methodEnd++;
    }
    if (methodEnd == 0 || methodEnd > MAX_METHOD || methodEnd == end || bytes[methodEnd] != ' ') {
      throw new BadMessageException("the request line does not start with a method and a space");
    }
    targetStart = methodEnd + 1;
    targetEnd = targetStart;
    while (targetEnd < end && bytes[targetEnd] > ' ' && bytes[targetEnd] != 0x7f) {
      targetEnd++;
    }
    if (targetEnd == targetStart || targetEnd == end || bytes[targetEnd] != ' ') {
      throw new BadMessageException("the request target has a space, control or non-ASCII byte");
    }
    version(targetEnd + 1, end);
    method = Method.of(bytes, methodEnd);
  }

  private void version(int start, int end) throws BadMessageException {
    boolean http1 = end - start == HTTP_1.length + 1;
    for (int i = 0; http1 && i < HTTP_1.length; i++) {
      http1 = bytes[start + i] == HTTP_1[i];
    }
    if (!http1) {
      boolean other = end - start == 8 && bytes[start] == 'H' && bytes[start + 4] == '/';
      throw new BadMessageException(
          other ? 505 : 400, "the request line does not end with HTTP/1.1 or HTTP/1.0");
    }
    minorVersion = bytes[end - 1] - '0';
    if (minorVersion != 0 && minorVersion != 1) {
      throw new BadMessageException(505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
    }
  }

  private void refuseNominations() throws BadMessageException {
    for (String name : connection.nominated()) {
      KnownField field = lookup(name);
      if (PROTECTED.contains(field) || field.group() == KnownField.Group.IDENTITY) {
        throw new BadMessageException("Connection nominates " + name);
      }
    }
  }

  private static KnownField lookup(String name) {
    byte[] lower = Ascii.bytes(name);
    int hash = 0;
    for (byte b : lower) {
      hash = KnownField.mix(hash, b);
    }
    return KnownField.lookup(lower, 0, lower.length, hash);
  }

  private void requireOneHost() throws BadMessageException {
    int host = fields.find(KnownField.HOST);
    if (host < 0 && minorVersion == 1) {
      throw new BadMessageException("there is no Host field");
    }
    if (host >= 0 && fields.find(KnownField.HOST, host + 1) >= 0) {
      throw new BadMessageException("there is more than one Host field");
    }
  }

  private void readExpect() throws BadMessageException {
    int expect = fields.find(KnownField.EXPECT);
    if (expect >= 0 && !fields.valueIs(expect, CONTINUE)) {
      throw new BadMessageException(417, "an Expect other than 100-continue cannot be met");
    }
    expectContinue = expect >= 0 && minorVersion == 1 && bodyLength != 0;
  }

  public Fields fields() {
    return fields;
  }

  public byte[] bytes() {
    return bytes;
  }

  public Method method() {
    return method;
  }

  /** The method's bytes are {@code [0, methodEnd)}. */
  public int methodEnd() {
    return methodEnd;
  }

  public String methodName() {
    return method == Method.OTHER ? Ascii.string(bytes, 0, methodEnd) : method.name();
  }

  public int targetStart() {
    return targetStart;
  }

  public int targetEnd() {
    return targetEnd;
  }

  /** 0 or 1. */
  public int minorVersion() {
    return minorVersion;
  }

  /** A number of bytes, or {@link BodyLength#CHUNKED}. */
  public long bodyLength() {
    return bodyLength;
  }

  /** Whether the client waits for a 100 before it sends the body. */
  public boolean expectContinue() {
    return expectContinue;
  }

  /** Whether the client wants the connection kept (RFC 9112 section 9.3). */
  public boolean keepAlive() {
    return minorVersion == 1 ? !connection.close() : connection.keepAlive() && !connection.close();
  }

  /** Whether {@code TE} says that the client looks at trailers (RFC 9110 section 10.1.4). */
  public boolean takesTrailers() {
    for (int i = fields.find(KnownField.TE); i >= 0; i = fields.find(KnownField.TE, i + 1)) {
      for (String coding : fields.value(i).split(",", -1)) {
        if (coding.strip().equalsIgnoreCase("trailers")) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether {@code Connection: upgrade} asks for another protocol. */
  public boolean upgrade() {
    return connection.upgrade();
  }

  /** Lower-case names of the fields that {@code Connection} nominated. */
  public List<String> nominated() {
    return connection.nominated();
  }
}

package dev.penstock.proxy.http;

/** Request methods (RFC 9110 section 9, RFC 5789), told apart by case as they must be. */
public enum Method {
  GET(true),
  HEAD(true),
  POST(false),
  PUT(true),
  DELETE(true),
  PATCH(false),
  OPTIONS(true),
  CONNECT(false),
  TRACE(true),
  /** Any other token, passed on as it is. */
  OTHER(false);

  private static final Method[] ALL = values();

  private final boolean idempotent;

  @SuppressWarnings("ImmutableEnumChecker") // never given away
  private final byte[] bytes;

  Method(boolean idempotent) {
    this.idempotent = idempotent;
    this.bytes = Ascii.bytes(name());
  }

  /** Whether sending it twice does what sending it once does (RFC 9110 section 9.2.2). */
  public boolean idempotent() {
    return idempotent;
  }

  static Method of(byte[] head, int end) {
    for (Method method : ALL) {
      if (method != OTHER && method.bytes.length == end && equal(head, method.bytes)) {
        return method;
      }
    }
    return OTHER;
  }

  private static boolean equal(byte[] head, byte[] name) {
    for (int i = 0; i < name.length; i++) {
      if (head[i] != name[i]) {
        return false;
      }
    }
    return true;
  }
}

package dev.penstock.proxy.http;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The field names that the proxy itself acts on; every other field passes as {@link #OTHER}. */
public enum KnownField {
  /** Any name not listed here. */
  OTHER("", Group.PLAIN),
  /** A request field with '_' or '.' in its name: an alias that CGI-like backends would confuse. */
  ALIAS("", Group.HOP_BY_HOP),
  /** Taken out of this message, for example because {@code Connection} nominates it. */
  DROPPED("", Group.HOP_BY_HOP),

  CONNECTION("connection", Group.HOP_BY_HOP),
  KEEP_ALIVE("keep-alive", Group.HOP_BY_HOP),
  PROXY_CONNECTION("proxy-connection", Group.HOP_BY_HOP),
  PROXY_AUTHENTICATE("proxy-authenticate", Group.HOP_BY_HOP),
  PROXY_AUTHORIZATION("proxy-authorization", Group.HOP_BY_HOP),
  TE("te", Group.HOP_BY_HOP),
  TRAILER("trailer", Group.HOP_BY_HOP),
  UPGRADE("upgrade", Group.HOP_BY_HOP),
  HTTP2_SETTINGS("http2-settings", Group.HOP_BY_HOP),

  CONTENT_LENGTH("content-length", Group.FRAMING),
  TRANSFER_ENCODING("transfer-encoding", Group.FRAMING),
  HOST("host", Group.FRAMING),
  EXPECT("expect", Group.FRAMING),

  FORWARDED("forwarded", Group.IDENTITY),
  X_REAL_IP("x-real-ip", Group.IDENTITY),
  X_CLIENT_IP("x-client-ip", Group.IDENTITY),
  X_AUTH_USER("x-auth-user", Group.IDENTITY),
  X_REMOTE_USER("x-remote-user", Group.IDENTITY),
  REMOTE_USER("remote-user", Group.IDENTITY),
  X_FORWARDED_FOR("x-forwarded-for", Group.IDENTITY),
  X_FORWARDED_PROTO("x-forwarded-proto", Group.IDENTITY),
  X_FORWARDED_HOST("x-forwarded-host", Group.IDENTITY),
  /** Any other {@code X-Forwarded-*}. */
  X_FORWARDED_OTHER("", Group.IDENTITY),
  X_REQUEST_ID("x-request-id", Group.IDENTITY),
  X_ORIGINAL_URI("x-original-uri", Group.IDENTITY),
  X_ORIGINAL_METHOD("x-original-method", Group.IDENTITY),
  /** RFC 9440; what a terminator before us says of the client's certificate. */
  CLIENT_CERT("client-cert", Group.IDENTITY),
  CLIENT_CERT_CHAIN("client-cert-chain", Group.IDENTITY),
  X_CLIENT_CERT("x-client-cert", Group.IDENTITY),

  /** {@code Access-Control-*}: of a backend whose route has a CORS policy of its own, dropped. */
  ACCESS_CONTROL("", Group.PLAIN),

  /** {@code X-Accel-*}: instructions to nginx that a backend must not give (and we do not take). */
  X_ACCEL("", Group.INTERNAL),

  AUTHORIZATION("authorization", Group.PLAIN),
  X_API_KEY("x-api-key", Group.PLAIN),
  COOKIE("cookie", Group.PLAIN),
  ACCEPT("accept", Group.PLAIN),
  USER_AGENT("user-agent", Group.PLAIN),
  CONTENT_TYPE("content-type", Group.PLAIN),
  IDEMPOTENCY_KEY("idempotency-key", Group.PLAIN),
  WWW_AUTHENTICATE("www-authenticate", Group.PLAIN),
  LOCATION("location", Group.PLAIN),
  REFRESH("refresh", Group.PLAIN),
  DATE("date", Group.PLAIN);

  /** What becomes of a field on its way through. */
  public enum Group {
    PLAIN,
    /** For one connection only (RFC 9110 section 7.6.1): never passed on. */
    HOP_BY_HOP,
    /** Written anew by the proxy. */
    FRAMING,
    /** Says who the client is: believed only from a trusted peer. */
    IDENTITY,
    INTERNAL
  }

  private static final int SLOTS = 256;
  private static final @Nullable KnownField[] TABLE = new KnownField[SLOTS];
  private static final byte[] X_FORWARDED_PREFIX = ascii("x-forwarded-");
  private static final byte[] ACCESS_CONTROL_PREFIX = ascii("access-control-");
  private static final byte[] X_ACCEL_PREFIX = ascii("x-accel-");

  static {
    for (KnownField field : values()) {
      if (field.lower.length > 0) {
        int slot = slot(hash(field.lower));
        while (TABLE[slot] != null) {
          slot = (slot + 1) & (SLOTS - 1);
        }
        TABLE[slot] = field;
      }
    }
  }

  @SuppressWarnings("ImmutableEnumChecker") // never given away
  private final byte[] lower;

  private final Group group;

  KnownField(String lowerName, Group group) {
    this.lower = ascii(lowerName);
    this.group = group;
  }

  public Group group() {
    return group;
  }

  /** Mixes one byte of a name, in whichever case, into a hash that starts at zero. */
  static int mix(int hash, byte b) {
    return hash * 31 + (b | 0x20);
  }

  /** Finds the name in {@code bytes[start, end)}, whose bytes were mixed into {@code hash}. */
  static KnownField lookup(byte[] bytes, int start, int end, int hash) {
    int slot = slot(hash);
    for (KnownField candidate = TABLE[slot]; candidate != null; candidate = TABLE[slot]) {
      if (Ascii.equalsLower(bytes, start, end, candidate.lower)) {
        return candidate;
      }
      slot = (slot + 1) & (SLOTS - 1);
    }
    return byPrefix(bytes, start, end);
  }

  private static KnownField byPrefix(byte[] bytes, int start, int end) {
    if (Ascii.toLower(bytes[start]) == 'a') {
      return Ascii.startsWithLower(bytes, start, end, ACCESS_CONTROL_PREFIX)
          ? ACCESS_CONTROL
          : OTHER;
    }
    if (Ascii.toLower(bytes[start]) != 'x') {
      return OTHER;
    }
    if (Ascii.startsWithLower(bytes, start, end, X_FORWARDED_PREFIX)) {
      return X_FORWARDED_OTHER;
    }
    return Ascii.startsWithLower(bytes, start, end, X_ACCEL_PREFIX) ? X_ACCEL : OTHER;
  }

  private static int hash(byte[] lower) {
    int hash = 0;
    for (byte b : lower) {
      hash = mix(hash, b);
    }
    return hash;
  }

  private static int slot(int hash) {
    return (hash ^ (hash >>> 8) ^ (hash >>> 16)) & (SLOTS - 1);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}

package dev.penstock.proxy;

import java.util.concurrent.ThreadLocalRandom;

/** Names of requests: 128 random bits in hexadecimal, as nginx's {@code $request_id}. */
final class RequestIds {

  private static final int MAX_LENGTH = 128;
  private static final byte[] DIGITS = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  private RequestIds() {}

  @SuppressWarnings("deprecation") // the one String constructor that takes ASCII without a detour
  static String next() {
    byte[] text = new byte[32];
    var random = ThreadLocalRandom.current();
    hex(random.nextLong(), text, 0);
    hex(random.nextLong(), text, 16);
    return new String(text, 0, 0, text.length);
  }

  /** Whether an id that a trusted peer sent is fit for logs and headers. */
  static boolean acceptable(String id) {
    return !id.isEmpty()
        && id.length() <= MAX_LENGTH
        && id.chars()
            .allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || "._:-".indexOf(c) >= 0));
  }

  private static void hex(long bits, byte[] into, int at) {
    for (int i = 0; i < 16; i++) {
      into[at + i] = DIGITS[(int) (bits >>> (60 - 4 * i)) & 0xf];
    }
  }
}

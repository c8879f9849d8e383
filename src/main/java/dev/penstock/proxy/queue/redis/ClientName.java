package dev.penstock.proxy.queue.redis;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** What a client is called in Redis: short, and of characters that the script splits nothing by. */
final class ClientName {

  private static final Pattern PLAIN = Pattern.compile("[0-9A-Za-z.:_-]{1,64}");

  private ClientName() {}

  static String of(String client) {
    return PLAIN.matcher(client).matches() ? client : "~" + digest(client);
  }

  private static String digest(String client) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(client.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}

package dev.penstock.proxy.limit.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A script that the server runs.
 *
 * @param digest what EVALSHA names it by, 40 hexadecimal digits
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and only read
public record Script(byte[] text, byte[] digest) {

  /** Reads a script that is packaged beside a class. */
  public static Script of(Class<?> beside, String file) {
    try (var in = beside.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is not packaged");
      }
      byte[] text = in.readAllBytes();
      byte[] hash = MessageDigest.getInstance("SHA-1").digest(text);
      return new Script(text, HexFormat.of().formatHex(hash).getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}

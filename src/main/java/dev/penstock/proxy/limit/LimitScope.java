package dev.penstock.proxy.limit;

import dev.penstock.model.ResourceName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The part of a {@link LimitKey} that a route knows beforehand: one service behind one gateway.
 * Built when a route is compiled; equal names give equal scopes, so that buckets outlive a new
 * configuration.
 */
public final class LimitScope {

  private final String prefix;
  private final long id;

  public LimitScope(ResourceName gateway, ResourceName service) {
    prefix = gateway + "/" + service + "/";
    id = digest(prefix);
  }

  /**
   * A number for the two names: the first 64 bits of their SHA-256. Tables keep it instead of an
   * interned index, which would grow with every service that ever existed; to find a name that
   * shares it with another takes 2^64 tries.
   */
  long id() {
    return id;
  }

  /** What the textual keys of this scope begin with. */
  String prefix() {
    return prefix;
  }

  private static long digest(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(hash).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LimitScope that && prefix.equals(that.prefix);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(id);
  }

  @Override
  public String toString() {
    return prefix.substring(0, prefix.length() - 1);
  }
}

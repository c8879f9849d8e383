package dev.penstock.model;

import java.util.Optional;

/**
 * Where rate limits are counted.
 *
 * @param redis the store that all replicas share; absent: each limits by itself with its share
 * @param failurePolicy what a replica does while the store is away
 * @param replicas how many proxies there are as far as is known beforehand, at least 1; while the
 *     store answers they are counted in it
 */
public record Limiter(Optional<RedisLimiter> redis, FailurePolicy failurePolicy, int replicas) {

  /** What a replica does while the shared store is away. */
  public enum FailurePolicy {
    /** It limits by itself, with its share of the rate. */
    LOCAL,
    /** It lets pass. */
    OPEN,
    /** It answers 503. */
    CLOSED
  }

  public Limiter {
    Check.range("replicas", replicas, 1, 1_000_000);
  }

  /** One proxy that counts by itself. */
  public static Limiter local() {
    return new Limiter(Optional.empty(), FailurePolicy.LOCAL, 1);
  }
}

package dev.penstock.proxy.limit;

import dev.penstock.model.RateLimit;

/**
 * The arithmetic of one limit, compiled once a route. Everything is an integer and exact.
 *
 * <p>A bucket is what its client has <em>used</em> (0 is full), counted in parts of a token. One
 * token has as many parts as an hour has nanoseconds, so n a second, minute or hour are each a
 * whole number of parts a nanosecond, and what a client has used keeps its meaning when the rate
 * changes. The largest bucket, 1,000,001 tokens, is 3.6e18 parts: twice that still fits a long.
 */
public final class Limit {

  /** Parts of one token. */
  static final long TOKEN = 3_600_000_000_000L;

  private final long capacity;
  private final long full;
  private final long perNano;
  private final long fillNanos;
  private final long undelayed;

  private Limit(long capacity, long perNano, long undelayedTokens) {
    this.capacity = capacity;
    this.full = capacity * TOKEN;
    this.perNano = perNano;
    this.fillNanos = nanosFor(full);
    this.undelayed = undelayedTokens * TOKEN;
  }

  public static Limit of(RateLimit limit) {
    long capacity = limit.burst() + 1L;
    long perNano = limit.rate().requests() * (TOKEN / limit.rate().period().toNanos());
    // nginx's excess does not count the request at hand when the bucket was full, hence the 1.
    return new Limit(capacity, perNano, limit.delay().map(n -> n + 1L).orElse(capacity));
  }

  /** Tokens of a full bucket: the burst and one. */
  public long capacity() {
    return capacity;
  }

  /** How long an empty bucket takes to be full, rounded up to a nanosecond. */
  public long fillNanos() {
    return fillNanos;
  }

  /**
   * What is used after so long a time, in parts. More than this limit's bucket holds counts as all
   * of it.
   */
  long refilled(long used, long elapsedNanos) {
    // Past fillNanos the product could overflow, and the bucket is full anyway.
    return elapsedNanos >= fillNanos
        ? 0
        : Math.max(0, Math.min(used, full) - elapsedNanos * perNano);
  }

  /**
   * Whether a bucket can pay.
   *
   * @param used what {@link #refilled} gave, in parts
   * @param behindNanos how far the clock is behind the time for which {@code used} holds; that much
   *     longer takes whatever is awaited
   */
  Decision decide(long used, long cost, long behindNanos) {
    long after = used + cost * TOKEN;
    if (after > full) {
      return new Decision.Refused(
          (full - used) / TOKEN,
          nanosFor(after - full) + behindNanos,
          nanosFor(used) + behindNanos);
    }
    long remaining = (full - after) / TOKEN;
    return new Decision.Allowed(
        after <= undelayed ? 0 : nanosFor(after - undelayed),
        remaining,
        // The first nanosecond at which no more is used than leaves one token more.
        nanosFor(after - (full - (remaining + 1) * TOKEN)) + behindNanos,
        nanosFor(after) + behindNanos);
  }

  /** Refuses costs that no bucket of this limit could ever pay. */
  void checkCost(long cost) {
    if (cost < 1 || cost > capacity) {
      throw new IllegalArgumentException("cost is " + cost + ", must be from 1 to " + capacity);
    }
  }

  /** How long so many parts take to flow in, rounded up. */
  private long nanosFor(long parts) {
    return parts / perNano + (parts % perNano == 0 ? 0 : 1);
  }
}

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

  /** How many nanoseconds one tick of a clock of microseconds takes. */
  private static final long MICRO = 1_000;

  /** Parts of what one request takes: of a token, or of as many as share a replica's limit. */
  private final long token;

  private final long capacity;
  private final long full;
  private final long perNano;
  private final long fillNanos;
  private final long undelayed;

  private Limit(long token, long capacity, long perNano, long undelayedTokens) {
    this.token = token;
    this.capacity = capacity;
    this.full = capacity * token;
    this.perNano = perNano;
    this.fillNanos = nanosFor(full);
    this.undelayed = undelayedTokens * token;
  }

  public static Limit of(RateLimit limit) {
    long capacity = limit.burst() + 1L;
    long perNano = limit.rate().requests() * (TOKEN / limit.rate().period().toNanos());
    // nginx's excess does not count the request at hand when the bucket was full, hence the 1.
    return new Limit(TOKEN, capacity, perNano, limit.delay().map(n -> n + 1L).orElse(capacity));
  }

  /**
   * What one of so many replicas may let pass by itself: the rate divided by their number, and of
   * the bucket as many whole tokens as come to each, at least one. Exact as well: instead of a
   * fraction of the rate it is a request that costs as many tokens as there are replicas.
   *
   * @param replicas 1 to 1,000,000
   */
  public Limit shareOf(int replicas) {
    if (replicas < 1 || replicas > 1_000_000) {
      throw new IllegalArgumentException("replicas is " + replicas);
    }
    if (replicas == 1) {
      return this;
    }
    long share = Math.max(1, capacity / replicas);
    long immediate = Math.clamp(undelayed / token / replicas, 1, share);
    return new Limit(replicas * token, share, perNano, undelayed == full ? share : immediate);
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
  Decision.Decided decide(long used, long cost, long behindNanos) {
    long after = used + cost * token;
    if (after > full) {
      return new Decision.Refused(
          (full - used) / token,
          nanosFor(after - full) + behindNanos,
          nanosFor(used) + behindNanos);
    }
    long remaining = (full - after) / token;
    return new Decision.Allowed(
        after <= undelayed ? 0 : nanosFor(after - undelayed),
        remaining,
        // The first nanosecond at which no more is used than leaves one token more.
        nanosFor(after - (full - (remaining + 1) * token)) + behindNanos,
        nanosFor(after) + behindNanos);
  }

  /** Parts that flow in within a nanosecond; thousandths of them within a microsecond. */
  public long perNano() {
    return perNano;
  }

  /** What a request of this cost takes, in thousands of parts. */
  public long microParts(long cost) {
    return cost * (token / MICRO);
  }

  /**
   * The same as {@link #decide} for a bucket that is kept by a clock of microseconds. Its parts are
   * a thousand of ours, so that as many flow in within its tick as ours within a nanosecond, and
   * all its numbers are less than 2^53: a double holds them exactly.
   *
   * @param used thousands of parts, refilled up to now
   * @param behindMicros how far that clock is behind the time for which {@code used} holds
   */
  public Decision.Decided decideByMicros(long used, long cost, long behindMicros) {
    return switch (decide(used * MICRO, cost, behindMicros * MICRO)) {
      case Decision.Allowed(long wait, long remaining, long next, long reset) ->
          new Decision.Allowed(wait, remaining, ticks(next), ticks(reset));
      case Decision.Refused(long remaining, long retryAfter, long reset) ->
          new Decision.Refused(remaining, ticks(retryAfter), ticks(reset));
    };
  }

  private static long ticks(long nanos) {
    return Math.ceilDiv(nanos, MICRO) * MICRO;
  }

  /** What one request takes, in parts. */
  long token() {
    return token;
  }

  /** Refuses costs that no bucket of this limit could ever pay. */
  public void checkCost(long cost) {
    if (cost < 1 || cost > capacity) {
      throw new IllegalArgumentException("cost is " + cost + ", must be from 1 to " + capacity);
    }
  }

  /** How long so many parts take to flow in, rounded up. */
  private long nanosFor(long parts) {
    return parts / perNano + (parts % perNano == 0 ? 0 : 1);
  }
}

package dev.penstock.proxy.limit;

/**
 * What a {@link RateLimiter} answers. Durations are nanoseconds from the decision on, as plain
 * numbers because this is made for every request.
 */
public sealed interface Decision {

  /**
   * The tokens are taken.
   *
   * @param waitNanos how long to hold the request before it is forwarded (nginx's {@code delay=});
   *     mostly 0
   * @param remaining whole tokens left
   * @param nextTokenNanos until one more than {@code remaining} is there; 0 when the bucket is full
   * @param resetNanos until the bucket is full
   */
  record Allowed(long waitNanos, long remaining, long nextTokenNanos, long resetNanos)
      implements Decided {}

  /**
   * Too few tokens, and none was taken.
   *
   * @param remaining whole tokens left, fewer than the cost
   * @param retryAfterNanos until the same request passes, if no other takes tokens before: exact,
   *     one nanosecond less is too early
   * @param resetNanos until the bucket is full
   */
  record Refused(long remaining, long retryAfterNanos, long resetNanos) implements Decided {}

  /**
   * The store could not answer in time, and whether it has taken the tokens is unknown. The caller
   * follows the gateway's failure policy; this is never a 429.
   */
  record Unavailable() implements Decision {}

  /**
   * The shared store could not answer in time, and this process has decided by itself, with its
   * share of the limit.
   *
   * @param decision what it decided
   * @param share the limit that it followed
   */
  record ByShare(Decided decision, Limit share) implements Decision {}

  /**
   * The shared store could not answer in time, and the gateway's failure policy lets the request
   * pass unlimited.
   */
  record Unlimited() implements Decision {}

  /** An answer of a bucket. */
  sealed interface Decided extends Decision permits Allowed, Refused {}

  /** The one {@link Unlimited} that is needed. */
  Decision UNLIMITED = new Unlimited();

  /** The one {@link Unavailable} that is needed. */
  Decision UNAVAILABLE = new Unavailable();
}

package dev.penstock.proxy.limit;

/**
 * The header fields that tell a client its limit: {@code Retry-After} (RFC 9110 section 10.2.3),
 * {@code RateLimit} and {@code RateLimit-Policy} (draft-ietf-httpapi-ratelimit-headers-10), with
 * every time in whole seconds, rounded up. Built once a route; the values are ASCII.
 */
public final class RateLimitFields {

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private static final String WHOLE = "\"default\"";
  private static final String SHARE = "\"local\"";

  private final String name;
  private final String policy;

  /** Of a limit that holds over all replicas. */
  public RateLimitFields(Limit limit) {
    this(WHOLE, limit);
  }

  private RateLimitFields(String name, Limit limit) {
    this.name = name;
    policy = name + ";q=" + limit.capacity() + ";w=" + seconds(limit.fillNanos());
  }

  /** Of the share that one replica keeps by itself: its policy is called {@code "local"}. */
  public static RateLimitFields ofShare(Limit share) {
    return new RateLimitFields(SHARE, share);
  }

  /**
   * {@code RateLimit-Policy}, such as {@code "default";q=6;w=36} for 10r/m with a burst of 5: the
   * quota is what passes at once, the window the time in which all of it comes back.
   */
  public String policy() {
    return policy;
  }

  /**
   * {@code RateLimit}, such as {@code "default";r=3;t=6}: what is left, and when one more is there.
   */
  public String limit(Decision.Allowed allowed) {
    return limit(allowed.remaining(), allowed.nextTokenNanos());
  }

  /** {@code RateLimit} of a refusal; its time is that of {@code Retry-After}, as the draft asks. */
  public String limit(Decision.Refused refused) {
    return limit(refused.remaining(), refused.retryAfterNanos());
  }

  /** {@code Retry-After}, at least one second. */
  public static String retryAfter(Decision.Refused refused) {
    return Long.toString(seconds(refused.retryAfterNanos()));
  }

  private String limit(long remaining, long nanos) {
    return name + ";r=" + remaining + ";t=" + seconds(nanos);
  }

  private static long seconds(long nanos) {
    return Math.ceilDiv(nanos, NANOS_PER_SECOND);
  }
}

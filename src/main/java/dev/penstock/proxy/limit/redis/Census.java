package dev.penstock.proxy.limit.redis;

/**
 * How many replicas there are, and how many there have lately been at most: a Redis that lost its
 * data counts from one again, and those whom it does not count yet are there all the same.
 */
final class Census {

  /** In so long everybody that lives has been counted again. */
  private static final long LATELY_NANOS = 5_000_000_000L;

  private int now;
  private int most;
  private long fewerSince;

  /**
   * @param declared how many there are until they are counted
   */
  Census(int declared) {
    now = Math.max(1, declared);
    most = now;
  }

  synchronized void counted(int replicas, long nanos) {
    int before = now;
    now = Math.max(1, replicas);
    if (now >= most) {
      most = now;
    } else if (before >= most) {
      fewerSince = nanos;
    } else if (nanos - fewerSince > LATELY_NANOS) {
      most = now;
    }
  }

  synchronized int now() {
    return now;
  }

  synchronized int lately() {
    return most;
  }
}

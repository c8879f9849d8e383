package dev.penstock.proxy.queue;

/** Estimates when the next place is free, by how often one was while all were taken. */
final class Departures {

  private static final int SMOOTHING = 8;
  private static final long UNKNOWN = -1;

  private long last;
  private long meanGap = UNKNOWN;

  /** The last place was just taken. */
  void full(long now) {
    last = now;
  }

  /** A place has become free. */
  void departed(long now) {
    long gap = now - last;
    meanGap = meanGap == UNKNOWN ? gap : meanGap + (gap - meanGap) / SMOOTHING;
    last = now;
  }

  /**
   * Nanoseconds until one is likely to be free. What is overdue is likely to take as long again as
   * it is late; with nothing to go by, as long as it has taken so far.
   */
  long untilNext(long now) {
    long taken = now - last;
    return meanGap == UNKNOWN ? taken : Math.abs(meanGap - taken);
  }
}

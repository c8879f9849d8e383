package dev.penstock.operator.status;

import java.time.Duration;

/** So much at once, and then one each while. Of one thread. */
final class Pace {

  private final long intervalNanos;
  private final long burstNanos;

  /** When all that may be done at once could be done again. */
  private long full;

  Pace(int atOnce, Duration interval, long nanoTime) {
    this.intervalNanos = interval.toNanos();
    this.burstNanos = (atOnce - 1) * intervalNanos;
    this.full = nanoTime;
  }

  /** How long to wait before the next is done, in nanoseconds; it counts as done. */
  long next(long nanoTime) {
    full = (full - nanoTime > 0 ? full : nanoTime) + intervalNanos; // nanoTime may run over
    return Math.max(0, full - intervalNanos - burstNanos - nanoTime);
  }
}

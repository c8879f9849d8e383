package dev.penstock.proxy.limit;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A clock of nanoseconds that stands still until it is moved. */
final class ManualClock implements LongSupplier {

  private final AtomicLong now;

  /** Starts near the wrap of a long, which {@link System#nanoTime} is free to reach. */
  ManualClock() {
    this(Long.MAX_VALUE - 1_000_000_000L);
  }

  ManualClock(long now) {
    this.now = new AtomicLong(now);
  }

  void advance(long nanos) {
    now.addAndGet(nanos);
  }

  @Override
  public long getAsLong() {
    return now.get();
  }
}

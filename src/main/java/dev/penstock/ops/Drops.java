package dev.penstock.ops;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** Counts lost lines and says so at most once a minute, on a thread that may block. */
final class Drops {
  private static final long INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final LongAdder total = new LongAdder();
  private final LongSupplier nanoTime;
  private final LongConsumer onDropped;
  private final AtomicLong saidAt;

  Drops(LongSupplier nanoTime, LongConsumer onDropped) {
    this.nanoTime = nanoTime;
    this.onDropped = onDropped;
    this.saidAt = new AtomicLong(nanoTime.getAsLong() - INTERVAL_NANOS);
  }

  void add(long lines) {
    total.add(lines);
    long now = nanoTime.getAsLong();
    long last = saidAt.get();
    if (now - last >= INTERVAL_NANOS && saidAt.compareAndSet(last, now)) {
      // The caller may be an event loop, and standard error the same pipe that nobody reads.
      Thread.ofVirtual().name("access-log-drops").start(() -> onDropped.accept(total.sum()));
    }
  }

  long total() {
    return total.sum();
  }
}

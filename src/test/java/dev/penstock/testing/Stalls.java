package dev.penstock.testing;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * For how long this machine stood still: a time that is measured on a busy one may be longer by as
 * much.
 */
public final class Stalls implements AutoCloseable {

  private static final long PERIOD_NANOS = 10_000_000;

  /** What a machine that is not busy may be late by. */
  private static final long USUAL_NANOS = 20_000_000;

  private final AtomicLong nanos = new AtomicLong();
  private volatile boolean ended;

  public Stalls() {
    Thread.ofPlatform().daemon().start(this::watch);
  }

  private void watch() {
    long before = System.nanoTime();
    while (!ended) {
      LockSupport.parkNanos(PERIOD_NANOS);
      long now = System.nanoTime();
      long late = now - before - PERIOD_NANOS;
      if (late > USUAL_NANOS) {
        nanos.addAndGet(late);
      }
      before = now;
    }
  }

  /** Since this was made. */
  public long millis() {
    return nanos.get() / 1_000_000;
  }

  @Override
  public void close() {
    ended = true;
  }
}

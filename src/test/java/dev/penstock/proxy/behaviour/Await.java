package dev.penstock.proxy.behaviour;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Waits for what other threads do, with a deadline that fails the test. */
public final class Await {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(150);

  private Await() {}

  public static void until(String what, BooleanSupplier condition) {
    within(PATIENCE, what, condition);
  }

  public static void within(Duration time, String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + time.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("not within " + time + ": " + what);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
  }

  /** Waits until a count that grows has come to rest, and returns it. */
  static long rest(String what, LongSupplier count) {
    long[] last = {-1, System.nanoTime()};
    until(
        what + " comes to rest",
        () -> {
          long now = count.getAsLong();
          if (now != last[0]) {
            last[0] = now;
            last[1] = System.nanoTime();
          }
          return last[0] > 0 && System.nanoTime() - last[1] > QUIET_NANOS;
        });
    return last[0];
  }
}

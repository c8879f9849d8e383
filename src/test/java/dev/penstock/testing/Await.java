package dev.penstock.testing;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.function.ThrowingSupplier;

/** Waits for what other processes do, with a deadline that fails the test. */
public final class Await {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private Await() {}

  /** Looks until it is so, for at most half a minute. */
  public static void until(String what, BooleanSupplier condition) {
    within(PATIENCE, what, condition);
  }

  /** Looks until it is so, for at most this time. */
  public static void within(Duration time, String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + time.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("not within " + time + ": " + what);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Repeats assertions until they hold; the last failure is the test's after half a minute. */
  public static <T> T passing(ThrowingSupplier<T> assertions) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return assertions.get();
      } catch (Throwable e) {
        if (System.nanoTime() - deadline > 0) {
          throw new AssertionError("not within " + PATIENCE + ": " + e.getMessage(), e);
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }
}

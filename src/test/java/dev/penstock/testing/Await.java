package dev.penstock.testing;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.function.ThrowingSupplier;

/** Waits for what other threads and processes do, with a deadline that fails the test. */
public final class Await {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(150);

  private final long deadline;
  private long pause = SHORTEST_PAUSE_NANOS;

  private Await(Duration time) {
    deadline = System.nanoTime() + time.toNanos();
  }

  /** Looks until it is so, for at most half a minute. */
  public static void until(String what, BooleanSupplier condition) {
    within(PATIENCE, what, condition);
  }

  /** Looks until it is so, for at most this time. */
  public static void within(Duration time, String what, BooleanSupplier condition) {
    var await = new Await(time);
    while (!condition.getAsBoolean()) {
      if (await.isOver()) {
        throw new AssertionError("not within " + time + ": " + what);
      }
    }
  }

  /** Repeats assertions until they hold; the last failure is the test's after half a minute. */
  public static <T> T passing(ThrowingSupplier<T> assertions) {
    var await = new Await(PATIENCE);
    while (true) {
      try {
        return assertions.get();
      } catch (Throwable e) {
        if (await.isOver()) {
          throw new AssertionError("not within " + PATIENCE + ": " + e.getMessage(), e);
        }
      }
    }
  }

  /** Waits until a count that grows has come to rest, and returns it. */
  public static long rest(String what, LongSupplier count) {
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

  /** False after a pause, which grows: short for threads, and not too many calls to a server. */
  private boolean isOver() {
    if (System.nanoTime() - deadline > 0) {
      return true;
    }
    LockSupport.parkNanos(pause);
    pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
    return false;
  }
}

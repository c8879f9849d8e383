package dev.penstock.proxy.queue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets one request at a time try a backend that is not up yet, while the others are held. Open as
 * long as the backend answers, and then it costs one look at a field.
 *
 * @param <A> what a failed try is remembered by
 */
public final class StartGate<A> {

  /** The shortest time between two tries. */
  public static final long MIN_PAUSE_NANOS = Duration.ofMillis(250).toNanos();

  private static final long MAX_PAUSE_NANOS = Duration.ofSeconds(2).toNanos();

  /** A request that is held. */
  @FunctionalInterface
  public interface Held {

    /** It may try the backend now. Any thread; also when it has left in the meantime. */
    void go();
  }

  private final LongSupplier nanoClock;
  private final ArrayDeque<Held> held = new ArrayDeque<>();
  private volatile boolean shut;
  private @Nullable Held trying;
  private @Nullable A lastFailure;
  private boolean turnScheduled;
  private long nextTry;
  private long pause;

  public StartGate(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /**
   * Whether the request may go to the backend now; else it is told later.
   *
   * @param timer where the next turn is waited for
   */
  public boolean enter(Held request, ScheduledExecutorService timer) {
    return !shut || enterShut(request, timer);
  }

  private synchronized boolean enterShut(Held request, ScheduledExecutorService timer) {
    if (!shut || request.equals(trying)) {
      return true;
    }
    boolean mayTry = trying == null && held.isEmpty() && nextTry - nanoClock.getAsLong() <= 0;
    if (mayTry) {
      trying = request;
    } else {
      held.add(request);
      scheduleTurn(timer);
    }
    return mayTry;
  }

  /**
   * The backend is not up.
   *
   * @param retryAfterNanos as it said itself; negative: it did not
   * @param hold whether the request waits for another try; else it is answered
   */
  public synchronized void failed(
      Held request, A failure, long retryAfterNanos, boolean hold, ScheduledExecutorService timer) {
    boolean first = !shut;
    boolean tried = request.equals(trying);
    if (first || tried) {
      pause = first ? MIN_PAUSE_NANOS : Math.min(2 * pause, MAX_PAUSE_NANOS);
      nextTry =
          nanoClock.getAsLong()
              + (retryAfterNanos < 0 ? pause : Math.max(retryAfterNanos, MIN_PAUSE_NANOS));
      shut = true;
      trying = null;
    }
    lastFailure = failure;
    if (hold && tried) {
      held.addFirst(request);
    } else if (hold) {
      held.addLast(request);
    }
    if (!held.isEmpty()) {
      scheduleTurn(timer);
    }
  }

  /** Whether requests are held now. */
  public boolean isShut() {
    return shut;
  }

  /** The backend is up. */
  public void answered() {
    if (shut) {
      open().forEach(Held::go);
    }
  }

  private synchronized List<Held> open() {
    shut = false;
    trying = null;
    lastFailure = null;
    List<Held> all = List.copyOf(held);
    held.clear();
    return all;
  }

  /** The request has ended, whether it was held, tried, or neither. */
  public void left(Held request, ScheduledExecutorService timer) {
    if (shut) {
      leftShut(request, timer);
    }
  }

  private synchronized void leftShut(Held request, ScheduledExecutorService timer) {
    if (request.equals(trying)) {
      trying = null;
      nextTry = nanoClock.getAsLong() + pause; // what it found out is not known
      if (!held.isEmpty()) {
        scheduleTurn(timer);
      }
    } else {
      held.remove(request);
    }
  }

  /** What the last try came to; nothing when the gate is open. */
  public synchronized @Nullable A lastFailure() {
    return lastFailure;
  }

  private void scheduleTurn(ScheduledExecutorService timer) {
    if (!turnScheduled && trying == null) {
      turnScheduled = true;
      long wait = Math.max(0, nextTry - nanoClock.getAsLong());
      var _ = timer.schedule(() -> turn(timer), wait, TimeUnit.NANOSECONDS);
    }
  }

  private void turn(ScheduledExecutorService timer) {
    Held next = nextToTry(timer);
    if (next != null) {
      next.go();
    }
  }

  private synchronized @Nullable Held nextToTry(ScheduledExecutorService timer) {
    turnScheduled = false;
    if (!shut || trying != null || held.isEmpty()) {
      return null;
    }
    if (nextTry - nanoClock.getAsLong() > 0) {
      scheduleTurn(timer);
      return null;
    }
    trying = held.pollFirst();
    return trying;
  }
}

package dev.penstock.operator.delivery;

import dev.penstock.control.ProxyReport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after one proxy, on a virtual thread of its own: gives it the newest configuration until it
 * has it, and asks how it does. One request at a time, so what is overtaken while another is under
 * way is never sent.
 */
final class Courier implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(Courier.class);

  private enum Task {
    PUSH,
    REPORT
  }

  /** What it works with at a moment. */
  record Order(Parcel parcel, ControlClient client, List<String> tokens) {}

  private final Pod pod;
  private final Delivery.Pace pace;
  private final Semaphore slots;
  private final PushCounts counts;
  private final Runnable changed;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ordered = lock.newCondition();

  // Guarded by the lock.
  private Order order;
  private Optional<Parcel> settled = Optional.empty();
  private long pushDue;
  private long reportDue;
  private Duration backoff;

  private volatile PodState state = PodState.unknown();

  // Of the courier's thread alone.
  private Optional<String> provenToken = Optional.empty();

  /**
   * Prepares it.
   *
   * @param slots how many requests there may be at once, of all couriers
   * @param counts where its pushes are counted
   * @param changed called without locks whenever {@link #state} says something new
   */
  Courier(
      Pod pod,
      Order order,
      Delivery.Pace pace,
      Semaphore slots,
      PushCounts counts,
      Runnable changed) {
    this.pod = pod;
    this.order = order;
    this.pace = pace;
    this.slots = slots;
    this.counts = counts;
    this.changed = changed;
    this.backoff = pace.firstRetry();
    this.pushDue = System.nanoTime();
    this.reportDue = pushDue + jittered(pace.reportEvery());
  }

  Pod pod() {
    return pod;
  }

  PodState state() {
    return state;
  }

  /** From now on this is what the proxy shall have. */
  void order(Order next) {
    lock.lock();
    try {
      boolean same = next.parcel().equals(order.parcel());
      boolean sameAccess =
          next.client().equals(order.client()) && next.tokens().equals(order.tokens());
      order = next;
      if (!same || !sameAccess) {
        backoff = pace.firstRetry();
        pushDue = System.nanoTime();
        ordered.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void run() {
    try {
      while (true) {
        Task task = next();
        slots.acquire();
        try {
          perform(task, current());
        } finally {
          slots.release();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the proxy is gone, or the operator ends
    }
  }

  /** Waits until there is something to do. */
  private Task next() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        long now = System.nanoTime();
        boolean push = !settled.equals(Optional.of(order.parcel()));
        if (push && pushDue - now <= 0) {
          return Task.PUSH;
        }
        if (reportDue - now <= 0) {
          return Task.REPORT;
        }
        long due = push ? Math.min(pushDue - now, reportDue - now) : reportDue - now;
        var _ = ordered.await(due, TimeUnit.NANOSECONDS);
      }
    } finally {
      lock.unlock();
    }
  }

  private Order current() {
    lock.lock();
    try {
      return order;
    } finally {
      lock.unlock();
    }
  }

  private void perform(Task task, Order now) throws InterruptedException {
    try {
      String token = token(now);
      switch (task) {
        case PUSH -> pushed(now, now.client().push(pod.control(), now.parcel(), token));
        case REPORT -> reported(now.client().report(pod.control(), token));
      }
    } catch (IOException e) {
      provenToken = Optional.empty();
      failed(task, now, Failure.reason(e));
    } catch (RuntimeException e) {
      LOG.error("Asking {} met a fault", pod, e);
      failed(task, now, "a fault of the operator: " + e);
    }
  }

  /**
   * A token that the proxy accepts. It is tried with a small request: a proxy does not read the
   * body of a request that it does not let in, and the sender of a large one would see no more than
   * a broken connection.
   */
  private String token(Order now) throws IOException, InterruptedException {
    Optional<String> proven = provenToken.filter(now.tokens()::contains);
    if (proven.isPresent()) {
      return proven.get();
    }
    var refused = new ControlClient.TokenRefusedException();
    for (String token : now.tokens()) {
      try {
        reported(now.client().report(pod.control(), token));
        provenToken = Optional.of(token);
        return token;
      } catch (ControlClient.TokenRefusedException e) {
        refused = e; // its mounted Secret may be the one before
      }
    }
    throw refused;
  }

  private void pushed(Order now, Push result) {
    counts.count(result);
    boolean again = result instanceof Push.Refused;
    lock.lock();
    try {
      settled = again ? Optional.empty() : Optional.of(now.parcel());
      if (now.parcel().equals(order.parcel())) {
        backoff = pace.firstRetry();
        pushDue = System.nanoTime() + pace.lastRetry().toNanos();
      }
      reportDue = System.nanoTime();
    } finally {
      lock.unlock();
    }
    tell(state.with(result));
  }

  private void reported(ProxyReport report) {
    boolean behind;
    lock.lock();
    try {
      reportDue = System.nanoTime() + jittered(pace.reportEvery());
      behind = report.sequence() < settled.map(Parcel::sequence).orElse(0L);
      if (behind) {
        settled = Optional.empty(); // it started anew, from an older mount
        pushDue = System.nanoTime();
      }
    } finally {
      lock.unlock();
    }
    PodState known = behind ? state.with(new Push.Waiting()) : state;
    tell(known.reported(report));
  }

  private void failed(Task task, Order now, String reason) {
    boolean waiting;
    lock.lock();
    try {
      waiting = !settled.equals(Optional.of(now.parcel()));
      if (task == Task.PUSH && now.equals(order)) {
        pushDue = System.nanoTime() + jittered(backoff);
        backoff = shorter(backoff.multipliedBy(2), pace.lastRetry());
      }
      reportDue = System.nanoTime() + jittered(pace.reportEvery());
    } finally {
      lock.unlock();
    }
    var unreachable = new Push.Unreachable(now.parcel().sequence(), reason);
    if (task == Task.PUSH) {
      counts.count(unreachable);
    }
    PodState silent = state.silent(reason);
    tell(waiting ? silent.with(unreachable) : silent);
  }

  private void tell(PodState now) {
    boolean differs = now.differsFrom(state);
    state = now;
    if (differs) {
      tell();
    }
  }

  private void tell() {
    try {
      changed.run();
    } catch (RuntimeException e) {
      LOG.error("Telling of {} met a fault", pod, e);
    }
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** Couriers that began together must not stay together. */
  private static long jittered(Duration time) {
    return (long) (time.toNanos() * (0.9 + 0.2 * ThreadLocalRandom.current().nextDouble()));
  }
}

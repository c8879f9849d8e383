package dev.penstock.proxy.queue;

import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The permits of one process. Waiters are told outside of the lock, on the thread that gave a
 * permit back or came itself.
 */
public final class LocalPermitQueue implements PermitQueue {

  private enum State {
    WAITING,
    /** Counted as out; the waiter has not been told. */
    GRANTED,
    /** Told, or left: nothing more happens to it here. */
    SETTLED
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final LongSupplier nanoClock;
  private final FairOrder<Ask> order = new FairOrder<>();
  private final ArrayDeque<Ask> granted = new ArrayDeque<>();
  private final Departures departures = new Departures();
  private int maxInFlight;
  private int maxDepth;
  private int inFlight;
  private boolean telling;

  /**
   * @param maxDepth how many may wait; 0: none
   * @param nanoClock monotonic nanoseconds, for the estimate of a refusal
   */
  public LocalPermitQueue(int maxInFlight, int maxDepth, LongSupplier nanoClock) {
    this.maxInFlight = maxInFlight;
    this.maxDepth = maxDepth;
    this.nanoClock = nanoClock;
  }

  @Override
  public Place enter(String client, Waiter waiter) {
    var ask = new Ask(waiter);
    Refusal refusal = null;
    lock.lock();
    try {
      if (order.size() == 0 && inFlight < maxInFlight) {
        order.passed(client);
        grant(ask);
      } else if (order.size() < maxDepth) {
        ask.ticket = order.add(client, ask);
      } else {
        ask.state = State.SETTLED;
        refusal = new Refusal.Full(departures.untilNext(nanoClock.getAsLong()));
      }
    } finally {
      lock.unlock();
    }
    if (refusal != null) {
      waiter.refused(refusal);
    } else {
      ask.tellIfGranted();
    }
    return ask;
  }

  @Override
  public void resize(int newMaxInFlight, int newMaxDepth) {
    lock.lock();
    try {
      maxInFlight = newMaxInFlight;
      maxDepth = newMaxDepth;
      serve();
    } finally {
      lock.unlock();
    }
    tellGranted();
  }

  @Override
  public boolean idle() {
    lock.lock();
    try {
      return inFlight == 0 && order.size() == 0;
    } finally {
      lock.unlock();
    }
  }

  private void grant(Ask ask) {
    ask.state = State.GRANTED;
    inFlight++;
    if (inFlight >= maxInFlight) {
      departures.full(nanoClock.getAsLong());
    }
  }

  private void giveBack() {
    if (inFlight >= maxInFlight) {
      departures.departed(nanoClock.getAsLong());
    }
    inFlight--;
    serve();
  }

  private void serve() {
    while (inFlight < maxInFlight) {
      FairOrder.Ticket<Ask> next = order.poll();
      if (next == null) {
        return;
      }
      grant(next.value());
      granted.add(next.value());
    }
  }

  /**
   * Tells whoever was granted a permit. One thread at a time, and one after the other: a waiter
   * that gives its permit back at once would else let the next be told from within its own turn.
   */
  private void tellGranted() {
    Throwable fault = null;
    for (Ask next = nextToTell(false); next != null; next = nextToTell(true)) {
      try {
        next.tellIfGranted();
      } catch (RuntimeException | Error e) {
        fault = e; // the others must be told all the same
      }
    }
    switch (fault) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(fault);
    }
  }

  private @Nullable Ask nextToTell(boolean tellingAlready) {
    lock.lock();
    try {
      if (telling && !tellingAlready) {
        return null;
      }
      Ask next = granted.poll();
      telling = next != null;
      return next;
    } finally {
      lock.unlock();
    }
  }

  /** One request: its place while it waits, then its permit. */
  private final class Ask implements Place, Permit {

    private final Waiter waiter;
    private State state = State.WAITING;
    private FairOrder.@Nullable Ticket<Ask> ticket;
    private boolean out;

    Ask(Waiter waiter) {
      this.waiter = waiter;
    }

    void tellIfGranted() {
      lock.lock();
      try {
        if (state != State.GRANTED) {
          return;
        }
        state = State.SETTLED;
        out = true;
      } finally {
        lock.unlock();
      }
      try {
        waiter.granted(this);
      } catch (RuntimeException | Error e) {
        release();
        throw e;
      }
    }

    @Override
    public int position() {
      lock.lock();
      try {
        return state == State.WAITING && ticket != null ? order.position(ticket) : 0;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void leave() {
      lock.lock();
      try {
        if (state == State.WAITING && ticket != null) {
          order.remove(ticket);
        } else if (state == State.GRANTED) {
          giveBack();
        }
        state = State.SETTLED;
      } finally {
        lock.unlock();
      }
      tellGranted();
    }

    @Override
    public void release() {
      lock.lock();
      try {
        if (!out) {
          return;
        }
        out = false;
        giveBack();
      } finally {
        lock.unlock();
      }
      tellGranted();
    }

    @Override
    public void onLost(Runnable abort) {
      // What lies in this process is never lost.
    }
  }
}

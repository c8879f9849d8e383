package dev.penstock.proxy.queue.redis;

import dev.penstock.proxy.queue.PermitQueue.Permit;
import dev.penstock.proxy.queue.PermitQueue.Place;
import dev.penstock.proxy.queue.PermitQueue.Refusal;
import dev.penstock.proxy.queue.PermitQueue.Waiter;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request, as long as it waits or is at the backend. Where nothing else is said, of the event
 * loop of its queue.
 */
final class Ticket implements Place {

  private static final Logger LOG = LoggerFactory.getLogger(Ticket.class);

  private final String client;
  private final Waiter waiter;
  private final Consumer<Ticket> end;
  private final AtomicBoolean settled = new AtomicBoolean();
  private volatile int position;
  private @Nullable Lease lease;

  /** Its number in Redis; a new one whenever it is not known what became of the old. */
  long number;

  /** Until when Redis counts it, at least; monotonic nanoseconds. */
  long goodUntil;

  /** Until when it may stay at the backend by leave of this process alone, if that is known. */
  @Nullable Long graceUntil;

  /** Where it waits in this process, beside or instead of in Redis. */
  @Nullable Place localPlace;

  /** The permit of this process, while Redis cannot be asked. */
  @Nullable Permit localPermit;

  /**
   * @param end takes it out of the queue
   */
  Ticket(String client, Waiter waiter, Consumer<Ticket> end) {
    this.client = client;
    this.waiter = waiter;
    this.end = end;
  }

  String client() {
    return client;
  }

  @Override
  public int position() {
    Place local = localPlace;
    return settled.get() ? 0 : local == null ? position : local.position();
  }

  void position(int now) {
    position = now;
  }

  @Override
  public void leave() {
    if (settled.compareAndSet(false, true)) {
      end.accept(this);
    }
  }

  /** Whether it has left. */
  boolean hasLeft() {
    return settled.get() && lease == null;
  }

  boolean atBackend() {
    return lease != null;
  }

  /** Hands the permit over, unless the request has left; then it goes back. */
  void grant() {
    var permit = new Lease(() -> end.accept(this));
    if (!settled.compareAndSet(false, true)) {
      // It has told the queue so, or is about to.
      return;
    }
    lease = permit;
    try {
      waiter.granted(permit);
    } catch (RuntimeException e) {
      LOG.error("A request failed as it was let in", e);
      permit.release();
    }
  }

  void refuse(Refusal refusal) {
    if (settled.compareAndSet(false, true)) {
      waiter.refused(refusal);
    }
  }

  /** The request must be off the backend now. */
  void lose() {
    if (lease != null) {
      lease.lost();
    }
  }

  void leaveLocalPlace() {
    Place place = localPlace;
    localPlace = null;
    if (place != null) {
      place.leave();
    }
  }

  void releaseLocalPermit() {
    Permit permit = localPermit;
    localPermit = null;
    if (permit != null) {
      permit.release();
    }
  }
}

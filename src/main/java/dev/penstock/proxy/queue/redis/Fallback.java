package dev.penstock.proxy.queue.redis;

import dev.penstock.model.Limiter.FailurePolicy;
import dev.penstock.proxy.queue.PermitQueue.Permit;
import dev.penstock.proxy.queue.PermitQueue.Refusal;
import dev.penstock.proxy.queue.PermitQueue.Waiter;
import dev.penstock.proxy.queue.SharePermitQueue;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What happens to requests while Redis cannot be asked. On the event loop of the queue. */
final class Fallback {

  /** What a queue does with a ticket about which is decided here. */
  interface Desk {

    /** Keeps it, with a place or a permit of this process. */
    void keep(Ticket ticket);

    /** Is done with it: it is refused, or passes uncounted. */
    void drop(Ticket ticket);

    /** It has got a permit of this process. */
    void grantedHere(Ticket ticket);
  }

  private final Supplier<FailurePolicy> policy;
  private final Desk desk;
  private final SharePermitQueue local;
  private int permits;
  private int depth;

  Fallback(Supplier<FailurePolicy> policy, IntSupplier replicas, Desk desk) {
    this.policy = policy;
    this.desk = desk;
    local = new SharePermitQueue(replicas, System::nanoTime);
  }

  /** Takes on other bounds, of all replicas together. */
  void resize(int newPermits, int newDepth) {
    permits = newPermits;
    depth = newDepth;
  }

  FailurePolicy policy() {
    return policy.get();
  }

  /** Decides about a request that waits. */
  void decide(Ticket ticket) {
    switch (policy.get()) {
      case OPEN -> {
        desk.drop(ticket);
        ticket.grant();
      }
      case CLOSED -> {
        desk.drop(ticket);
        ticket.refuse(new Refusal.Unavailable());
      }
      case LOCAL -> {
        desk.keep(ticket);
        if (ticket.localPlace == null && ticket.localPermit == null) {
          waitHere(ticket);
        }
      }
    }
  }

  /** By how many replicas there are now. */
  private SharePermitQueue share() {
    local.resize(permits, depth);
    return local;
  }

  private void waitHere(Ticket ticket) {
    var entrant = new Entrant(ticket);
    var place = share().enter(ticket.client(), entrant);
    if (!entrant.decided) {
      ticket.localPlace = place;
    }
  }

  /**
   * Has a request that is at the backend take up one of the permits of this process, if one is
   * free, so that it may stay when its permit ends.
   */
  void cover(Ticket ticket) {
    if (policy.get() != FailurePolicy.LOCAL || ticket.localPermit != null) {
      return;
    }
    var cover = new Cover();
    share().enter(ticket.client(), cover).leave();
    ticket.localPermit = cover.permit;
  }

  /** A request that waits in this process. */
  private final class Entrant implements Waiter {

    private final Ticket ticket;
    private boolean decided;

    Entrant(Ticket ticket) {
      this.ticket = ticket;
    }

    @Override
    public void granted(Permit permit) {
      decided = true;
      ticket.localPlace = null;
      ticket.localPermit = permit;
      desk.grantedHere(ticket);
    }

    @Override
    public void refused(Refusal refusal) {
      decided = true;
      desk.drop(ticket);
      ticket.refuse(refusal);
    }
  }

  /** Takes a permit that is free at once, or none. */
  private static final class Cover implements Waiter {

    private @Nullable Permit permit;

    @Override
    public void granted(Permit free) {
      permit = free;
    }

    @Override
    public void refused(Refusal refusal) {
      // The permits of this process are taken.
    }
  }
}

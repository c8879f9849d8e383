package dev.penstock.proxy.queue;

/**
 * The permits of one service, of which at most {@code maxInFlight} are out, and the requests that
 * wait for one. Clients take turns: one that asks a hundred times waits for its second permit until
 * every other that waits has had its first. Whether it lies in this process or in Redis, the same
 * contract holds.
 */
public interface PermitQueue {

  /**
   * Asks for a permit.
   *
   * @param client who asks, as the rate limit tells clients apart
   * @param waiter told of the decision once, on any thread, possibly before this method returns
   * @return the place in the queue
   */
  Place enter(String client, Waiter waiter);

  /**
   * Takes on other bounds from now on. Who waits keeps its place, and who is at the backend its
   * permit, also where that is more than the new bounds have room for.
   *
   * @param maxDepth how many may wait; 0: none
   */
  void resize(int maxInFlight, int maxDepth);

  /** Whether no request of this process waits or holds a permit. */
  boolean idle();

  /** A request that asked. */
  interface Waiter {

    /** The request may go to the backend; whoever gets this releases the permit. */
    void granted(Permit permit);

    /** The request may not. */
    void refused(Refusal refusal);
  }

  /** The right to be at the backend. */
  interface Permit {

    /** Gives it back; further calls do nothing. Any thread. */
    void release();

    /**
     * What runs, on any thread, when the permit cannot be kept: the request must be off the backend
     * before somebody else is let in. At once when it is lost already; never after {@link
     * #release}.
     */
    void onLost(Runnable abort);
  }

  /** Where a request stands. */
  interface Place {

    /**
     * How many are before it, and itself: 1 is next; 0 when it does not wait, or nobody knows yet.
     */
    int position();

    /**
     * The request waits no longer. The waiter is told nothing more, and a permit that is on its way
     * goes back. Does nothing once the permit was handed over.
     */
    void leave();
  }

  /** Why a request does not get a permit. */
  sealed interface Refusal {

    /**
     * All places are taken.
     *
     * @param retryAfterNanos when one is likely to be free; an estimate by what leaves the queue
     */
    record Full(long retryAfterNanos) implements Refusal {}

    /** Nobody can tell, and the policy is to refuse then. */
    record Unavailable() implements Refusal {}
  }
}

package dev.penstock.proxy.queue;

import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** The share of one process in the permits of several that do not know of each other's. */
public final class SharePermitQueue implements PermitQueue {

  private final LocalPermitQueue share;
  private final IntSupplier replicas;

  /**
   * With no bounds yet that let anybody wait.
   *
   * @param replicas how many processes share the permits, looked up with each change of the bounds
   * @param nanoClock monotonic nanoseconds
   */
  public SharePermitQueue(IntSupplier replicas, LongSupplier nanoClock) {
    this.replicas = replicas;
    share = new LocalPermitQueue(1, 0, nanoClock);
  }

  @Override
  public Place enter(String client, Waiter waiter) {
    return share.enter(client, waiter);
  }

  /**
   * @param maxInFlight of all processes together; each has one permit at least
   * @param maxDepth of each
   */
  @Override
  public void resize(int maxInFlight, int maxDepth) {
    share.resize(Math.max(1, maxInFlight / Math.max(1, replicas.getAsInt())), maxDepth);
  }

  @Override
  public boolean idle() {
    return share.idle();
  }
}

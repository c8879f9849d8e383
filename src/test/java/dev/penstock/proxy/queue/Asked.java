package dev.penstock.proxy.queue;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One request for a permit, and what became of it. */
final class Asked implements PermitQueue.Waiter {

  private static final long PATIENCE_SECONDS = 10;

  private final BlockingQueue<Object> told = new LinkedBlockingQueue<>();
  private final PermitQueue.Place place;

  Asked(PermitQueue queue, String client) {
    place = queue.enter(client, this);
  }

  @Override
  public void granted(PermitQueue.Permit permit) {
    told.add(permit);
  }

  @Override
  public void refused(PermitQueue.Refusal refusal) {
    told.add(refusal);
  }

  PermitQueue.Place place() {
    return place;
  }

  /** Whether nothing was decided so far. */
  boolean undecided() {
    return told.isEmpty();
  }

  /** Waits for the permit. */
  PermitQueue.Permit permit() {
    return assertInstanceOf(PermitQueue.Permit.class, next());
  }

  /** Waits for the refusal. */
  PermitQueue.Refusal refusal() {
    return assertInstanceOf(PermitQueue.Refusal.class, next());
  }

  /** Gives back a permit that came before this one left, if there is one. */
  void releaseIfGranted() {
    if (told.poll() instanceof PermitQueue.Permit permit) {
      permit.release();
    }
  }

  /** Waits for either. */
  Object decision() {
    return next();
  }

  private Object next() {
    try {
      Object decision = told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (decision == null) {
        throw new AssertionError("nothing was decided in " + PATIENCE_SECONDS + " s");
      }
      return decision;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}

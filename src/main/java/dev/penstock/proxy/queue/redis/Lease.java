package dev.penstock.proxy.queue.redis;

import dev.penstock.proxy.queue.PermitQueue.Permit;
import org.jspecify.annotations.Nullable;

/** The right to be at the backend, for as long as it can be kept. */
final class Lease implements Permit {

  private enum State {
    KEPT,
    RELEASED,
    LOST
  }

  private final Runnable giveBack;
  private State state = State.KEPT;
  private @Nullable Runnable abort;

  Lease(Runnable giveBack) {
    this.giveBack = giveBack;
  }

  @Override
  public void release() {
    synchronized (this) {
      if (state != State.KEPT) {
        return;
      }
      state = State.RELEASED;
      abort = null;
    }
    giveBack.run();
  }

  @Override
  public synchronized void onLost(Runnable action) {
    if (state == State.LOST) {
      action.run();
    } else if (state == State.KEPT) {
      abort = action;
    }
  }

  /** Under the lock, so that nothing is aborted after a release has returned. */
  synchronized void lost() {
    if (state == State.KEPT) {
      state = State.LOST;
      if (abort != null) {
        abort.run();
      }
    }
  }
}

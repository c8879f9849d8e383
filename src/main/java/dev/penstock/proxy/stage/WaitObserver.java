package dev.penstock.proxy.stage;

import java.util.function.IntSupplier;

/** Sees a request wait for its backend, on the request's event loop. */
public interface WaitObserver {

  /** Does nothing. */
  WaitObserver NONE =
      new WaitObserver() {
        @Override
        public void waits(IntSupplier position) {}

        @Override
        public void waited() {}
      };

  /**
   * The wait begins.
   *
   * @param position the place in the queue: 1 is next; 0 when it is in none
   */
  void waits(IntSupplier position);

  /** The wait is over, however; never without a begin. */
  void waited();
}

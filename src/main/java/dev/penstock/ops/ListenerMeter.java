package dev.penstock.ops;

import java.util.concurrent.atomic.LongAdder;

/** The open client connections of one listener. */
public final class ListenerMeter {
  private final LongAdder open = new LongAdder();

  ListenerMeter() {}

  /** Notes a connection; {@link #closed} must follow once. */
  public void opened() {
    open.increment();
  }

  /** Notes that a connection has ended. */
  public void closed() {
    open.decrement();
  }

  long open() {
    return open.sum();
  }
}

package dev.penstock.operator.delivery;

import java.util.concurrent.atomic.LongAdder;

/** How pushes ended, since the start. */
public final class PushCounts {

  private final LongAdder taken = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder unreachable = new LongAdder();

  void count(Push push) {
    switch (push) {
      case Push.Acknowledged _, Push.Outdated _ -> taken.increment();
      case Push.Refused _ -> refused.increment();
      case Push.Unreachable _ -> unreachable.increment();
      case Push.Waiting _ -> {}
    }
  }

  /** After which the proxy runs it, or a newer one. */
  public long taken() {
    return taken.sum();
  }

  /** That the proxy would not run. */
  public long refused() {
    return refused.sum();
  }

  /** Without an answer. */
  public long unreachable() {
    return unreachable.sum();
  }
}

package dev.penstock.proxy;

import dev.penstock.model.Concurrency;
import dev.penstock.proxy.queue.StartGate;
import dev.penstock.proxy.stage.StageResult;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How requests of a route wait for their backend.
 *
 * @param heartbeatNanos how often one is told so; 0: never
 * @param gate what holds them while the backend is not up; absent: they fail
 */
record Waiting(long heartbeatNanos, @Nullable StartGate<StageResult.Respond> gate) {

  /** That of a route without a queue. */
  static final Waiting NONE = new Waiting(0, null);

  static Waiting of(Concurrency concurrency, StartGate<StageResult.Respond> gate) {
    return new Waiting(
        concurrency.queue().flatMap(Concurrency.Queue::heartbeat).map(Duration::toNanos).orElse(0L),
        concurrency.coldStart() == Concurrency.ColdStart.HOLD ? gate : null);
  }
}

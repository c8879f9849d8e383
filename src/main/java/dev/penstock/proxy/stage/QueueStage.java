package dev.penstock.proxy.stage;

import dev.penstock.model.Concurrency;
import dev.penstock.ops.QueueMeter;
import dev.penstock.proxy.queue.PermitQueue;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Lets so many requests be at a backend at once; the others wait, each client in its turn. */
public final class QueueStage implements Stage {

  private final PermitQueue queue;
  private final long timeoutNanos;
  private final QueueMeter meter;
  private final BooleanSupplier stopping;

  /**
   * @param stopping whether no more requests may reach a backend
   */
  public QueueStage(
      PermitQueue queue, Concurrency config, QueueMeter meter, BooleanSupplier stopping) {
    this.queue = queue;
    this.stopping = stopping;
    this.timeoutNanos =
        config.queue().map(Concurrency.Queue::timeout).map(Duration::toNanos).orElse(0L);
    this.meter = meter;
  }

  @Override
  public StageResult apply(RequestContext request, Consumer<StageResult> later) {
    var turn = new QueueTurn(request, later, timeoutNanos, meter, stopping);
    request.queued(turn);
    return turn.enter(queue);
  }
}

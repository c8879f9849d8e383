package dev.penstock.proxy.stage;

import dev.penstock.ops.QueueMeter;
import dev.penstock.ops.QueueOutcome;
import dev.penstock.proxy.queue.PermitQueue;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A request's wait for a permit, and the permit until the request ends. All on the request's event
 * loop, but for what the queue tells.
 */
final class QueueTurn implements PermitQueue.Waiter {

  private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  /** What is told where nothing bounds the estimate: beyond, it says nothing. */
  private static final long LONGEST_ESTIMATE = TimeUnit.HOURS.toNanos(1);

  private final RequestContext request;
  private final EventLoop loop;
  private final Consumer<StageResult> later;
  private final long timeoutNanos;
  private final QueueMeter meter;
  private final BooleanSupplier stopping;
  private final long enteredAt = System.nanoTime();
  private PermitQueue.@Nullable Place place;
  private PermitQueue.@Nullable Permit permit;
  private @Nullable Future<?> timeout;
  private @Nullable StageResult decision;
  private boolean entering;
  private boolean waiting;
  private boolean ended;
  private long waitingSince;
  private long waitedNanos;
  private int firstPosition;

  QueueTurn(
      RequestContext request,
      Consumer<StageResult> later,
      long timeoutNanos,
      QueueMeter meter,
      BooleanSupplier stopping) {
    this.request = request;
    this.loop = request.worker().loop();
    this.later = later;
    this.timeoutNanos = timeoutNanos;
    this.meter = meter;
    this.stopping = stopping;
  }

  StageResult enter(PermitQueue queue) {
    entering = true;
    PermitQueue.Place taken = queue.enter(request.client().address().toString(), this);
    entering = false;
    place = taken;
    if (decision != null) {
      return decision;
    }
    firstPosition = Math.max(1, taken.position());
    beginWait(taken::position);
    if (timeoutNanos > 0) {
      timeout = loop.schedule(this::timedOut, timeoutNanos, TimeUnit.NANOSECONDS);
    }
    return StageResult.PENDING;
  }

  @Override
  public void granted(PermitQueue.Permit granted) {
    // Not from within another request's end, whose permit this may have been.
    if (entering && loop.inEventLoop()) {
      take(granted);
    } else {
      loop.execute(() -> take(granted));
    }
  }

  private void take(PermitQueue.Permit granted) {
    if (ended || decision != null) {
      granted.release();
      return;
    }
    if (stopping.getAsBoolean()) {
      granted.release();
      decide(QueueOutcome.LEFT, StageResult.DRAINED);
      return;
    }
    permit = granted;
    meter.taken();
    granted.onLost(() -> loop.execute(this::lost));
    decide(QueueOutcome.GRANTED, StageResult.CONTINUE);
  }

  @Override
  public void refused(PermitQueue.Refusal refusal) {
    if (entering && loop.inEventLoop()) {
      refuse(refusal);
    } else {
      loop.execute(() -> refuse(refusal));
    }
  }

  private void refuse(PermitQueue.Refusal refusal) {
    if (ended || decision != null) {
      return;
    }
    switch (refusal) {
      case PermitQueue.Refusal.Full(long nanos) ->
          decide(
              QueueOutcome.FULL,
              unavailable(
                  Reason.QUEUE_FULL, "the backend is busy and its queue is full", bounded(nanos)));
      case PermitQueue.Refusal.Unavailable _ ->
          decide(
              QueueOutcome.UNAVAILABLE,
              new StageResult.Respond(
                  503,
                  Reason.QUEUE_UNAVAILABLE,
                  "whether the backend has room for the request cannot be told now"));
    }
  }

  private void timedOut() {
    if (ended || decision != null || place == null) {
      return;
    }
    long estimate = bounded(untilServed(place.position()));
    place.leave();
    decide(
        QueueOutcome.TIMED_OUT,
        unavailable(
            Reason.QUEUE_TIMEOUT, "the backend was busy for as long as the queue waits", estimate));
  }

  /** By how far the request has come in its time; if nowhere, as long again. */
  private long untilServed(int position) {
    int progress = firstPosition - position;
    return progress > 0 && position > 0 ? timeoutNanos / progress * position : timeoutNanos;
  }

  private long bounded(long nanos) {
    return Math.min(nanos, timeoutNanos == 0 ? LONGEST_ESTIMATE : timeoutNanos);
  }

  private static StageResult unavailable(Reason reason, String detail, long nanos) {
    long seconds = Math.max(1, Math.ceilDiv(nanos, NANOS_PER_SECOND));
    return new StageResult.Respond(
        503, reason, detail, List.of(Map.entry("Retry-After", Long.toString(seconds))));
  }

  private void decide(QueueOutcome outcome, StageResult result) {
    boolean late = waiting;
    endWait();
    cancelTimeout();
    decision = result;
    meter.record(outcome, waitedNanos);
    if (late) {
      later.accept(result);
    }
  }

  /** The request is on its way and waits for the backend to come up. */
  void beginWait(IntSupplier position) {
    waiting = true;
    waitingSince = System.nanoTime();
    meter.waits();
    request.waitObserver().waits(position);
  }

  void endWait() {
    if (waiting) {
      waiting = false;
      waitedNanos += System.nanoTime() - waitingSince;
      meter.waited();
      request.waitObserver().waited();
    }
  }

  private void lost() {
    if (!ended) {
      request.abort(
          new StageResult.Respond(
              503, Reason.PERMIT_LOST, "the right to be at the backend could not be kept"));
    }
  }

  private void cancelTimeout() {
    if (timeout != null) {
      timeout.cancel(false);
    }
  }

  /** The request has ended, however: its place or its permit is somebody else's. */
  void end() {
    if (ended) {
      return;
    }
    ended = true;
    endWait();
    cancelTimeout();
    if (decision == null) {
      meter.record(QueueOutcome.LEFT, waitedNanos);
    }
    if (place != null) {
      place.leave();
    }
    if (permit != null) {
      meter.released();
      permit.release();
    }
  }

  /** The place on entry; 0 when there was a permit at once. */
  int position() {
    return firstPosition;
  }

  long waitedNanos() {
    return waitedNanos;
  }

  /** What is left of the time that the queue lets a request wait. */
  long remainingNanos() {
    return timeoutNanos - (System.nanoTime() - enteredAt);
  }
}

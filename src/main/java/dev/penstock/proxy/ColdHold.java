package dev.penstock.proxy;

import dev.penstock.proxy.http.Ascii;
import dev.penstock.proxy.http.Fields;
import dev.penstock.proxy.http.ResponseHead;
import dev.penstock.proxy.queue.StartGate;
import dev.penstock.proxy.stage.Reason;
import dev.penstock.proxy.stage.RequestContext;
import dev.penstock.proxy.stage.StageResult;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds one request, with its permit, while its backend is not up, as long as the queue lets it
 * wait. Lives on the request's event loop.
 */
final class ColdHold implements StartGate.Held {

  /** A backend that has taken a request and not refused it in this time is at work on it. */
  private static final long AT_WORK_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final byte[] RETRY_AFTER = Ascii.bytes("retry-after");

  private static final StageResult.Respond NOT_TRIED =
      new StageResult.Respond(
          503, Reason.UPSTREAM_STARTING, "the backend was not up for as long as the queue waits");

  private final StartGate<StageResult.Respond> gate;
  private final RequestContext request;
  private final EventLoop loop;
  private final Runnable forward;
  private final Consumer<StageResult.Respond> giveUp;
  private @Nullable Future<?> timer;
  private boolean holding;
  private boolean ended;

  /**
   * @param forward sends the request to the backend (again)
   * @param giveUp answers it
   */
  ColdHold(
      StartGate<StageResult.Respond> gate,
      RequestContext request,
      Runnable forward,
      Consumer<StageResult.Respond> giveUp) {
    this.gate = gate;
    this.request = request;
    this.loop = request.worker().loop();
    this.forward = forward;
    this.giveUp = giveUp;
  }

  /** Whether the request may go to the backend; else it is sent when it is its turn. */
  boolean mayForward() {
    if (gate.enter(this, loop)) {
      return true;
    }
    hold();
    return false;
  }

  /** Whether the request waits for a backend that could not be reached. */
  boolean takes(Unreachable backend) {
    return backend != Unreachable.AWAY && failed(backend.answer(), -1, true);
  }

  /**
   * Whether the request waits for a backend that says that it is not up yet; else the answer is the
   * request's.
   *
   * @param replayable whether all that was sent of it can be sent again
   */
  boolean takes(ResponseHead head, boolean replayable) {
    int field = head.status() == 503 ? head.fields().find(RETRY_AFTER, 0) : -1;
    if (field < 0) {
      answered();
      return false;
    }
    long seconds = seconds(head.fields(), field);
    return failed(starting(seconds), TimeUnit.SECONDS.toNanos(seconds), replayable);
  }

  /** The whole seconds; -1 for a date, or what is neither. */
  private static long seconds(Fields fields, int field) {
    String value = fields.value(field);
    boolean number = !value.isEmpty() && value.length() < 8;
    return number && value.chars().allMatch(c -> c >= '0' && c <= '9') ? Long.parseLong(value) : -1;
  }

  private static StageResult.Respond starting(long seconds) {
    return seconds < 0
        ? NOT_TRIED
        : new StageResult.Respond(
            NOT_TRIED.status(),
            NOT_TRIED.reason(),
            NOT_TRIED.detail(),
            List.of(Map.entry("Retry-After", Long.toString(seconds))));
  }

  private boolean failed(StageResult.Respond answer, long retryAfterNanos, boolean repeatable) {
    stopTimer();
    long remaining = request.queueRemainingNanos();
    boolean holds = repeatable && remaining > 0;
    // Once more before the time is over, however long the backend asks for.
    long latest = Math.max(0, remaining - StartGate.MIN_PAUSE_NANOS);
    gate.failed(this, answer, Math.min(retryAfterNanos, latest), holds, loop);
    if (holds) {
      hold();
    }
    return holds;
  }

  private void hold() {
    holding = true;
    request.holds();
    long remaining = Math.max(0, request.queueRemainingNanos());
    timer = loop.schedule(this::timeIsOver, remaining, TimeUnit.NANOSECONDS);
  }

  private void timeIsOver() {
    if (holding) {
      StageResult.Respond last = gate.lastFailure();
      giveUp.accept(last == null ? NOT_TRIED : last);
    }
  }

  @Override
  public void go() {
    loop.execute(
        () -> {
          if (holding) {
            release();
            forward.run();
          } else if (ended) {
            gate.left(this, loop);
          }
        });
  }

  /** The request is on its way on a connection. */
  void sent() {
    if (gate.isShut()) {
      stopTimer();
      timer = loop.schedule(gate::answered, AT_WORK_NANOS, TimeUnit.NANOSECONDS);
    }
  }

  /** The backend is up and has answered by other means than a final head. */
  void answered() {
    gate.answered();
    stopTimer();
  }

  private void release() {
    holding = false;
    stopTimer();
    request.held();
  }

  private void stopTimer() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  /** The request has ended, however. */
  void end() {
    ended = true;
    holding = false;
    stopTimer();
    gate.left(this, loop);
  }
}

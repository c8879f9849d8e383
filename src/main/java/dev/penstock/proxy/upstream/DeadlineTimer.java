package dev.penstock.proxy.upstream;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One deadline that moves often and passes seldom. Moving it later only writes a field; the
 * scheduled task looks again when it fires. Used on its event loop only.
 */
public final class DeadlineTimer implements Runnable {

  private static final long NONE = Long.MAX_VALUE;

  private final EventLoop loop;
  private final Runnable passed;
  private long deadline = NONE;
  private long scheduledFor = NONE;
  private @Nullable Future<?> task;

  public DeadlineTimer(EventLoop loop, Runnable passed) {
    this.loop = loop;
    this.passed = passed;
  }

  /** Sets the deadline that many nanoseconds from now, in place of the one before. */
  public void set(long nanos) {
    long now = System.nanoTime();
    deadline = now + nanos;
    if (task == null) {
      schedule(now);
    } else if (deadline - scheduledFor < 0) {
      task.cancel(false);
      schedule(now);
    }
  }

  /** Takes the deadline back. The scheduled task stays and finds nothing to do. */
  public void clear() {
    deadline = NONE;
  }

  /** Takes the deadline back for good and frees the task. */
  public void cancel() {
    clear();
    if (task != null) {
      task.cancel(false);
      task = null;
    }
  }

  @Override
  public void run() {
    task = null;
    if (deadline == NONE) {
      return;
    }
    long now = System.nanoTime();
    if (deadline - now > 0) {
      schedule(now);
    } else {
      deadline = NONE;
      passed.run();
    }
  }

  private void schedule(long now) {
    scheduledFor = deadline;
    task = loop.schedule(this, Math.max(0, deadline - now), TimeUnit.NANOSECONDS);
  }
}

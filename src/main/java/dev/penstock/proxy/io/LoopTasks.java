package dev.penstock.proxy.io;

import io.netty.channel.EventLoop;
import java.util.concurrent.RejectedExecutionException;

/** Runs tasks on an event loop, from wherever, as long as there is one. */
public record LoopTasks(EventLoop loop) {

  /**
   * Runs it after what the loop is at.
   *
   * @return false when the loop has ended: the proxy is gone, and with it whoever waited
   */
  public boolean later(Runnable task) {
    try {
      loop.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  /**
   * Runs it at once where that is on the loop, else later.
   *
   * @return as {@link #later}
   */
  public boolean run(Runnable task) {
    if (loop.inEventLoop()) {
      task.run();
      return true;
    }
    return later(task);
  }
}

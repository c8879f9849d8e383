package dev.penstock.model;

import java.time.Duration;
import java.util.Optional;

/**
 * How many requests a backend works on at once; nginx's {@code limit_conn}, with a queue.
 *
 * @param maxInFlight over all proxies
 * @param queue where those beyond wait; absent: they are refused
 */
public record Concurrency(int maxInFlight, Optional<Queue> queue, ColdStart coldStart) {

  /** What becomes of requests while the backend is not up. */
  public enum ColdStart {
    /** They wait as long as the queue lets them, and are sent again. */
    HOLD,
    FAIL
  }

  /**
   * Where requests wait.
   *
   * @param maxDepth requests that wait at once
   * @param timeout the longest wait
   * @param heartbeat how often a request that takes an event stream is told that it waits; absent:
   *     never
   */
  public record Queue(int maxDepth, Duration timeout, Optional<Duration> heartbeat) {

    public Queue {
      Check.range("maxDepth", maxDepth, 1, 100_000);
      Check.positive("timeout", timeout);
      heartbeat.ifPresent(each -> Check.positive("heartbeat", each));
    }
  }

  public Concurrency {
    Check.range("maxInFlight", maxInFlight, 1, 100_000);
    Check.that(
        coldStart == ColdStart.FAIL || queue.isPresent(),
        "coldStart",
        "is Hold, which needs a queue to wait in");
  }
}

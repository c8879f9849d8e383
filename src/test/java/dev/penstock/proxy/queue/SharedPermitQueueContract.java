package dev.penstock.proxy.queue;

import dev.penstock.model.Limiter.FailurePolicy;
import dev.penstock.model.RedisLimiter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The contract where the permits lie in Redis: each queue of a service of its own. */
abstract class SharedPermitQueueContract extends PermitQueueContract {

  private static final AtomicInteger SERVICES = new AtomicInteger();
  private SharedQueue proxy;

  abstract RedisLimiter redis();

  @BeforeEach
  void connect() {
    proxy = new SharedQueue(redis(), FailurePolicy.CLOSED, SharedQueue.SHORT);
  }

  @AfterEach
  void disconnect() {
    proxy.close();
  }

  @Override
  PermitQueue queue(int maxInFlight, int maxDepth) {
    PermitQueue queue = proxy.known("service" + SERVICES.incrementAndGet());
    queue.resize(maxInFlight, maxDepth);
    settle();
    return queue;
  }

  @Override
  void advance(Duration time) {
    LockSupport.parkNanos(time.toNanos());
  }

  /** Longer than a heartbeat, so that what was granted is known. */
  @Override
  void settle() {
    LockSupport.parkNanos(2 * SharedQueue.SHORT.heartbeat().toNanos());
  }
}

package dev.penstock.proxy.queue;

import dev.penstock.model.Limiter.FailurePolicy;
import dev.penstock.model.RedisLimiter;
import dev.penstock.model.ResourceName;
import dev.penstock.proxy.limit.redis.TestStore;
import dev.penstock.proxy.queue.redis.RedisQueues;
import dev.penstock.proxy.queue.redis.Timing;
import java.time.Duration;

/** What one of several proxies has of the queues in Redis. */
final class SharedQueue implements AutoCloseable {

  static final Timing SHORT =
      new Timing(Duration.ofMillis(1_000), Duration.ofMillis(100), Duration.ofMillis(300));

  private final TestStore store;
  private final RedisQueues queues;

  SharedQueue(RedisLimiter redis, FailurePolicy policy, Timing timing) {
    store = TestStore.of(redis);
    queues = new RedisQueues(store.store(), ResourceName.parse("ai/default"), timing);
    queues.follow(policy);
  }

  void awaitRedis() {
    PermitQueueContract.await("Redis serves", () -> !store.store().status().degraded());
  }

  TestStore store() {
    return store;
  }

  PermitQueue open(String service, int maxInFlight, int maxDepth) {
    return queues.open(ResourceName.parse("ai/" + service), maxInFlight, maxDepth);
  }

  /**
   * A queue with one permit of which Redis knows for sure that nobody has it: at first it waits for
   * whoever may.
   */
  PermitQueue known(String service) {
    awaitRedis();
    PermitQueue queue = open(service, 1, 1);
    new Asked(queue, "first").permit().release();
    PermitQueueContract.await("idle", queue::idle);
    return queue;
  }

  @Override
  public void close() {
    store.close();
  }
}

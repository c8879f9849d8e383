package dev.penstock.proxy.queue.redis;

import dev.penstock.model.Limiter.FailurePolicy;
import dev.penstock.model.ResourceName;
import dev.penstock.proxy.limit.redis.Link;
import dev.penstock.proxy.limit.redis.RedisStore;
import dev.penstock.proxy.queue.PermitQueue;
import dev.penstock.proxy.queue.PermitQueues;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The queues of a gateway's services in the Redis that its replicas share. They end with its
 * connections: who is at a backend then stays, uncounted; who waits is decided about by the policy.
 */
public final class RedisQueues implements PermitQueues {

  private final RedisStore store;
  private final ResourceName gateway;
  private final Timing timing;
  private final Map<ResourceName, RedisPermitQueue> queues = new ConcurrentHashMap<>();
  private final Map<Integer, RedisPermitQueue> byNumber = new ConcurrentHashMap<>();
  private final AtomicInteger numbers = new AtomicInteger();
  private volatile FailurePolicy policy = FailurePolicy.CLOSED;

  public RedisQueues(RedisStore store, ResourceName gateway, Timing timing) {
    this.store = store;
    this.gateway = gateway;
    this.timing = timing;
  }

  /** What happens while Redis is away, from now on; {@code Closed} at first. */
  public void follow(FailurePolicy newPolicy) {
    policy = newPolicy;
  }

  /**
   * The queue of a service, always the same one, with these bounds from now on.
   *
   * @param maxInFlight over all replicas
   * @param maxDepth how many may wait, over all replicas
   */
  @Override
  public PermitQueue open(ResourceName service, int maxInFlight, int maxDepth) {
    PermitQueue queue = queues.computeIfAbsent(service, this::queue);
    queue.resize(maxInFlight, maxDepth);
    return queue;
  }

  private RedisPermitQueue queue(ResourceName service) {
    String name = gateway + "/" + service;
    int number = numbers.incrementAndGet();
    if (number == 1) {
      store.hear(this::read);
      store.whenForgotten(() -> byNumber.values().forEach(RedisPermitQueue::forgotten));
    }
    var script =
        new QueueScript(
            store.keyPrefix(), name, timing, store.channelPrefix(), store.self() + "/" + number);
    Link link = store.link(name);
    var queue =
        new RedisPermitQueue(
            link,
            new Dialogue(link, script, timing, store::replicasLately),
            timing,
            () -> policy,
            store::replicas);
    byNumber.put(number, queue);
    link.loop().execute(() -> link.watch(queue::linkChanged));
    return queue;
  }

  /** Reads {@code <queue>:<ticket>}: the ticket has been granted a permit. */
  private void read(String message) {
    int colon = message.indexOf(':');
    if (colon < 0) {
      return;
    }
    try {
      RedisPermitQueue queue = byNumber.get(Integer.valueOf(message.substring(0, colon)));
      long ticket = Long.parseLong(message.substring(colon + 1));
      if (queue != null) {
        queue.tell(ticket);
      }
    } catch (NumberFormatException e) {
      // Not from a replica; the next renewal tells what matters.
    }
  }
}

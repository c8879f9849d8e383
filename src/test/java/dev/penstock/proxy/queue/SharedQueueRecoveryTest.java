package dev.penstock.proxy.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.model.Limiter.FailurePolicy;
import dev.penstock.proxy.limit.redis.TestStore;
import dev.penstock.proxy.queue.PermitQueue.Permit;
import dev.penstock.proxy.queue.redis.Timing;
import dev.penstock.testing.Await;
import dev.penstock.testing.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How soon a Redis that lost its data is sure again who is at a backend: two proxies. */
class SharedQueueRecoveryTest {

  private static final long TIME_TO_LIVE = Timing.DEFAULT.timeToLive().toMillis();

  private final List<SharedQueue> proxies = new ArrayList<>();
  private RedisServer server;

  @BeforeEach
  void startServer() {
    server = RedisServer.start();
  }

  @AfterEach
  void end() {
    proxies.forEach(SharedQueue::close);
    if (server != null) {
      server.close();
    }
  }

  /** Queues for two requests at a time, of proxies that know of each other and have served. */
  private List<PermitQueue> queues() {
    var queues = new ArrayList<PermitQueue>();
    for (int i = 0; i < 2; i++) {
      var redis = TestStore.standalone(server, Duration.ofSeconds(1));
      var proxy = new SharedQueue(redis, FailurePolicy.CLOSED, Timing.DEFAULT);
      proxies.add(proxy);
      proxy.awaitRedis();
      queues.add(proxy.open("gpu", 2, 100));
    }
    queues.forEach(queue -> new Asked(queue, "first").permit().release());
    Await.until(
        "they count each other",
        () -> proxies.stream().allMatch(proxy -> proxy.store().store().replicas() == 2));
    return queues;
  }

  private static long millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1_000_000;
  }

  @Test
  void as_soon_as_all_proxies_have_shown_their_permits_the_next_is_granted() {
    List<PermitQueue> queues = queues();
    var lost = new AtomicInteger();
    Permit held = new Asked(queues.getFirst(), "a").permit();
    held.onLost(lost::incrementAndGet);
    server.command("FLUSHALL");
    long from = System.nanoTime();
    new Asked(queues.getLast(), "b").permit();
    long millis = millisSince(from);
    assertTrue(millis < TIME_TO_LIVE, millis + " ms");
    Asked third = new Asked(queues.getLast(), "c");
    PermitQueueContract.await("it waits", () -> third.place().position() == 1);
    assertEquals(0, lost.get());
    assertTrue(third.undecided());
    held.release();
    third.permit();
  }

  @Test
  void proxies_without_requests_say_so() {
    List<PermitQueue> queues = queues();
    server.command("FLUSHALL");
    long from = System.nanoTime();
    new Asked(queues.getFirst(), "a").permit();
    long millis = millisSince(from);
    assertTrue(millis < TIME_TO_LIVE, millis + " ms");
  }

  @Test
  void a_proxy_that_is_not_heard_of_may_have_a_permit_as_long_as_one_is_good() {
    List<PermitQueue> queues = queues();
    new Asked(queues.getFirst(), "a").permit();
    proxies.removeFirst().close();
    server.command("FLUSHALL");
    long from = System.nanoTime();
    new Asked(queues.getLast(), "b").permit();
    long millis = millisSince(from);
    assertTrue(millis >= TIME_TO_LIVE, millis + " ms");
  }

  @Test
  void a_proxy_that_came_afterwards_stands_for_none_that_was_there() {
    List<PermitQueue> queues = queues();
    new Asked(queues.getFirst(), "a").permit();
    proxies.removeFirst().close();
    server.command("FLUSHALL");
    long from = System.nanoTime();
    Asked waits = new Asked(queues.getLast(), "b");
    var redis = TestStore.standalone(server, Duration.ofSeconds(1));
    var late = new SharedQueue(redis, FailurePolicy.CLOSED, Timing.DEFAULT);
    proxies.add(late);
    late.awaitRedis();
    late.open("gpu", 2, 100);
    waits.permit();
    long millis = millisSince(from);
    assertTrue(millis >= TIME_TO_LIVE, millis + " ms");
  }
}

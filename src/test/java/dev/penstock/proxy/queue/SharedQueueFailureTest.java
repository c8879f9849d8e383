package dev.penstock.proxy.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.model.Limiter.FailurePolicy;
import dev.penstock.model.RedisLimiter;
import dev.penstock.proxy.limit.redis.TestStore;
import dev.penstock.proxy.queue.redis.Timing;
import dev.penstock.testing.RedisFailover;
import dev.penstock.testing.RedisServer;
import dev.penstock.testing.Stalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Three proxies whose Redis fails under load, with {@code Closed}. */
class SharedQueueFailureTest {

  /** A pause of a busy machine is no outage. */
  private static final Duration TIMEOUT = Duration.ofMillis(300);

  private static final int PERMITS = 2;
  private static final int CLIENTS = 4;
  private static final long TIME_TO_LIVE = Timing.DEFAULT.timeToLive().toMillis();

  /** A busy machine may look at a clock late. */
  private static final long SLACK_MILLIS = 500;

  private static final long RECOVERY_MILLIS = 2_000;

  private final List<SharedQueue> proxies = new ArrayList<>();
  private final QueueLoad load = new QueueLoad(20);

  @AfterEach
  void end() {
    load.close();
    proxies.forEach(SharedQueue::close);
  }

  private void start(RedisLimiter redis) {
    for (int i = 0; i < 3; i++) {
      var proxy = new SharedQueue(redis, FailurePolicy.CLOSED, Timing.DEFAULT);
      proxies.add(proxy);
      proxy.awaitRedis();
      PermitQueue queue = proxy.open("gpu", PERMITS, 100);
      for (int client = 0; client < CLIENTS; client++) {
        load.add(queue, "client" + client);
      }
    }
    awaitGrants();
  }

  @Test
  void killed_and_started_again_empty() {
    try (var server = RedisServer.start()) {
      start(TestStore.standalone(server, TIMEOUT));
      server.kill();
      assertPolicyAnswers();
      server.restart();
      assertRecovers();
    }
  }

  @Test
  void started_again_empty_before_anybody_gives_up() {
    try (var server = RedisServer.start()) {
      start(TestStore.standalone(server, TIMEOUT));
      server.kill();
      server.restart();
      assertRecovers();
    }
  }

  @Test
  void emptied() {
    try (var server = RedisServer.start()) {
      start(TestStore.standalone(server, TIMEOUT));
      for (int i = 0; i < 3; i++) {
        server.command("FLUSHALL");
        assertRecovers();
      }
      assertEquals(0, load.lost());
    }
  }

  @Test
  void frozen_and_thawed() {
    try (var server = RedisServer.start()) {
      start(TestStore.standalone(server, TIMEOUT));
      server.freeze();
      try {
        assertPolicyAnswers();
      } finally {
        server.thaw();
      }
      assertRecovers();
    }
  }

  @Test
  void scripts_flushed() {
    try (var server = RedisServer.start()) {
      start(TestStore.standalone(server, TIMEOUT));
      for (int i = 0; i < 20; i++) {
        server.command("SCRIPT", "FLUSH");
        awaitGrants();
      }
      assertEquals(PERMITS, load.most());
    }
  }

  @Test
  void failed_over_by_a_sentinel() {
    try (var redis = new RedisFailover()) {
      start(
          TestStore.redis(
              RedisLimiter.Mode.SENTINEL,
              List.of(redis.sentinel),
              Optional.of(RedisFailover.MASTER_NAME),
              TIMEOUT));
      redis.failOver();
      assertRecovers();
      assertTrue(redis.replica.calls("evalsha") + redis.replica.calls("eval") > 0);
    }
  }

  private void awaitGrants() {
    int before = load.granted();
    RedisServer.await("permits are granted", () -> load.granted() > before + 20);
  }

  /**
   * Who waits is refused by the time that its ticket is worth nothing, and whoever comes at once.
   */
  private void assertPolicyAnswers() {
    long from = System.nanoTime();
    int all = proxies.size() * CLIENTS;
    int before = load.refused();
    RedisServer.await(
        "all are refused", () -> load.current() == 0 && load.refused() > before + 5 * all);
    long millis = (System.nanoTime() - from) / 1_000_000;
    assertTrue(millis <= TIME_TO_LIVE + RECOVERY_MILLIS, millis + " ms");
    load.longestRefusalMillis();
    int since = load.refused();
    RedisServer.await("the policy answers", () -> load.refused() > since + 10 * all);
    long longest = load.longestRefusalMillis();
    assertTrue(longest <= TIMEOUT.toMillis() + SLACK_MILLIS, longest + " ms");
  }

  /** Redis is back: permits are granted again in time, and never too many. */
  private void assertRecovers() {
    try (var stalls = new Stalls()) {
      long from = System.nanoTime();
      proxies.forEach(SharedQueue::awaitRedis);
      awaitGrants();
      long millis = (System.nanoTime() - from) / 1_000_000;
      long stalled = stalls.millis();
      assertTrue(
          millis <= RECOVERY_MILLIS + SLACK_MILLIS + stalled,
          () -> millis + " ms, of which the machine stood still for " + stalled);
    }
    assertEquals(PERMITS, load.most(), "so many were at the backend at once");
  }
}

package dev.penstock.proxy.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.model.Limiter.FailurePolicy;
import dev.penstock.model.RedisLimiter;
import dev.penstock.proxy.limit.redis.LimiterStatus;
import dev.penstock.proxy.limit.redis.TestStore;
import dev.penstock.testing.RedisFailover;
import dev.penstock.testing.RedisServer;
import dev.penstock.testing.Stalls;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a Redis that fails under load does to requests: nothing but what the policy says. */
class RedisFailureTest {

  private static final Duration TIMEOUT = Duration.ofMillis(100);

  /** A busy machine may look at a deadline late. */
  private static final long LONGEST_MILLIS = TIMEOUT.toMillis() + 150;

  private static final long RECOVERY_MILLIS = 2_000;
  private static final Limit LIMIT = Limits.nodelay("1000000r/s", 1_000_000);

  private final Stalls stalls = new Stalls();

  @AfterEach
  void end() {
    stalls.close();
  }

  @Test
  void killed_and_started_again_empty() {
    try (var server = RedisServer.start();
        var store = TestStore.of(TestStore.standalone(server, TIMEOUT));
        var load = new Load(closed(store), LIMIT)) {
      awaitDecisions(load);
      load.forgetWaits();
      int told = store.told().size();
      server.kill();
      awaitPolicy(load);
      assertNobodyWaited(load);
      server.restart();
      assertRecovers(load, store);
      awaitChanges(store, told, true, false);
    }
  }

  @Test
  void frozen_and_thawed() {
    try (var server = RedisServer.start();
        var store = TestStore.of(TestStore.standalone(server, TIMEOUT));
        var load = new Load(closed(store), LIMIT)) {
      awaitDecisions(load);
      load.forgetWaits();
      int told = store.told().size();
      server.freeze();
      awaitPolicy(load);
      assertNobodyWaited(load);
      server.thaw();
      assertRecovers(load, store);
      awaitChanges(store, told, true, false);
    }
  }

  @Test
  void scripts_flushed() {
    // With time enough: what a busy machine answers late is not what this is about.
    try (var server = RedisServer.start();
        var store = TestStore.of(TestStore.standalone(server, Duration.ofSeconds(5)));
        var load = new Load(closed(store), LIMIT)) {
      awaitDecisions(load);
      long before = load.answers(Decision.Unavailable.class);
      for (int i = 0; i < 20; i++) {
        server.command("SCRIPT", "FLUSH");
        awaitDecisions(load);
      }
      assertEquals(before, load.answers(Decision.Unavailable.class));
      assertTrue(server.calls("eval") > 0);
    }
  }

  @Test
  void not_there_at_the_start() {
    try (var server = RedisServer.start()) {
      server.kill();
      try (var store = TestStore.of(TestStore.standalone(server, TIMEOUT));
          var load = new Load(closed(store), LIMIT)) {
        awaitPolicy(load);
        assertTrue(store.store().status().degraded());
        server.restart();
        assertRecovers(load, store);
        awaitChanges(store, 0, true, false);
      }
    }
  }

  @Test
  void failed_over_by_a_sentinel() {
    try (var redis = new RedisFailover();
        var store =
            TestStore.of(
                TestStore.redis(
                    RedisLimiter.Mode.SENTINEL,
                    List.of(redis.sentinel),
                    Optional.of(RedisFailover.MASTER_NAME),
                    TIMEOUT));
        var load = new Load(closed(store), LIMIT)) {
      awaitDecisions(load);
      assertTrue(redis.master.calls("evalsha") > 0);
      load.forgetWaits();
      redis.master.kill();
      // Not more: the outage may be over.
      awaitPolicy(load, 10);
      RedisServer.await("the replica is promoted", redis.replica::isMaster);
      assertRecovers(load, store);
      assertNobodyWaited(load);
      assertTrue(redis.replica.calls("evalsha") > 0);
    }
  }

  @Test
  void a_master_that_was_demoted_does_not_pass_for_the_master() {
    try (var server = RedisServer.start();
        var other = RedisServer.start();
        var store = TestStore.of(TestStore.standalone(server, TIMEOUT));
        var load = new Load(closed(store), LIMIT)) {
      awaitDecisions(load);
      server.command("REPLICAOF", "127.0.0.1", "" + other.port());
      awaitPolicy(load);
      server.command("REPLICAOF", "NO", "ONE");
      assertRecovers(load, store);
    }
  }

  private static RateLimiter closed(TestStore store) {
    return new SharedRateLimiter(
        store,
        new LocalRateLimiter(1_000, System::nanoTime),
        FailurePolicy.CLOSED,
        store.store()::replicas,
        System::nanoTime);
  }

  private static void awaitDecisions(Load load) {
    long before = load.answers(Decision.Allowed.class);
    RedisServer.await("Redis decides", () -> load.answers(Decision.Allowed.class) > before + 100);
  }

  private static void awaitPolicy(Load load) {
    awaitPolicy(load, 1_000);
  }

  private static void awaitPolicy(Load load, int answers) {
    long before = load.answers(Decision.Unavailable.class);
    RedisServer.await(
        "the policy answers", () -> load.answers(Decision.Unavailable.class) > before + answers);
  }

  /** Longer than the deadline, and what this machine stood still for. */
  private void assertNobodyWaited(Load load) {
    long millis = load.longestWaitMillis();
    long stalled = stalls.millis();
    assertTrue(
        millis <= LONGEST_MILLIS + stalled,
        () -> millis + " ms, of which the machine may have stood still for " + stalled);
  }

  private static void assertRecovers(Load load, TestStore store) {
    long from = System.nanoTime();
    long before = load.answers(Decision.Allowed.class);
    RedisServer.await(
        "Redis decides again",
        () ->
            load.answers(Decision.Allowed.class) > before + 100
                && !store.store().status().degraded());
    long millis = (System.nanoTime() - from) / 1_000_000;
    assertTrue(millis <= RECOVERY_MILLIS, millis + " ms");
    assertFalse(store.store().status().degraded());
  }

  private static void awaitChanges(TestStore store, int from, Boolean... degraded) {
    RedisServer.await("it is told", () -> store.told().size() >= from + degraded.length);
    assertEquals(
        List.of(degraded), store.told().stream().skip(from).map(LimiterStatus::degraded).toList());
  }
}

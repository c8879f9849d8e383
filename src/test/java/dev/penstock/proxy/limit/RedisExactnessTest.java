package dev.penstock.proxy.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.model.Limiter.FailurePolicy;
import dev.penstock.proxy.limit.redis.TestStore;
import dev.penstock.testing.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Four replicas and one Redis: what passes is what one limit allows, to the request. */
class RedisExactnessTest {

  private static final int REPLICAS = 4;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private static RedisServer server;
  private static final List<TestStore> stores = new ArrayList<>();
  private static final List<RateLimiter> replicas = new ArrayList<>();

  @BeforeAll
  static void start() {
    server = RedisServer.start();
    for (int i = 0; i < REPLICAS; i++) {
      TestStore store = TestStore.of(TestStore.standalone(server, TIMEOUT));
      stores.add(store);
      replicas.add(
          new SharedRateLimiter(
              store,
              new LocalRateLimiter(1_000, System::nanoTime),
              FailurePolicy.CLOSED,
              store.store()::replicas,
              System::nanoTime));
    }
  }

  @AfterAll
  static void stop() {
    stores.forEach(TestStore::close);
    if (server != null) {
      server.close();
    }
  }

  @Test
  void of_two_hundred_at_once_exactly_the_burst_and_one_pass_in_fifty_trials() throws Exception {
    Limit limit = Limits.nodelay("4r/m", 2);
    for (int trial = 0; trial < 50; trial++) {
      LimitKey key = Limits.key("trial" + trial, 1);
      var keys = new ArrayList<LimitKey>();
      for (int i = 0; i < 200; i++) {
        keys.add(key);
      }
      assertEquals(3, passes(keys, limit), "trial " + trial);
    }
  }

  @Test
  void of_a_thousand_clients_at_random_replicas_each_gets_exactly_the_burst_and_one()
      throws Exception {
    int clients = 1_000;
    var keys = new ArrayList<LimitKey>();
    for (int round = 0; round < 8; round++) {
      for (int client = 0; client < clients; client++) {
        keys.add(Limits.key("many", client));
      }
    }
    assertEquals(clients * 3, passes(keys, Limits.nodelay("1r/h", 2)));
    long sent = server.calls("evalsha");
    assertEquals(0, passes(keys, Limits.nodelay("1r/h", 2)));
    assertTrue(server.calls("evalsha") > sent, "a new limit asks again");
  }

  @Test
  void a_flood_of_refused_requests_sends_less_than_one_percent_to_redis() throws Exception {
    int flood = 100_000;
    Limit limit = Limits.nodelay("4r/m", 2);
    var few = new ArrayList<LimitKey>();
    for (int i = 0; i < 100; i++) {
      few.add(Limits.key("flood", 1));
    }
    assertEquals(3, passes(few, limit));
    long before = server.calls("evalsha") + server.calls("eval");
    var refused = new AtomicInteger();
    for (int i = 0; i < flood; i++) {
      replicas
          .get(i % REPLICAS)
          .decide(
              Limits.key("flood", 1),
              limit,
              1,
              decision -> {
                if (decision instanceof Decision.Refused) {
                  refused.incrementAndGet();
                }
              });
    }
    RedisServer.await("all are answered", () -> refused.get() >= flood - 2);
    long sent = server.calls("evalsha") + server.calls("eval") - before;
    assertTrue(sent < flood / 100, sent + " of " + flood + " went to Redis");
  }

  @Test
  void the_replicas_count_each_other() {
    RedisServer.await(
        "all four are counted",
        () -> stores.stream().allMatch(store -> store.store().replicas() == REPLICAS));
  }

  private static int passes(List<LimitKey> keys, Limit limit) throws InterruptedException {
    var random = new SplittableRandom(keys.size());
    var passed = new AtomicInteger();
    var answered = new CountDownLatch(keys.size());
    for (LimitKey key : keys) {
      replicas
          .get(random.nextInt(REPLICAS))
          .decide(
              key,
              limit,
              1,
              decision -> {
                if (decision instanceof Decision.Allowed) {
                  passed.incrementAndGet();
                }
                answered.countDown();
              });
    }
    assertTrue(answered.await(20, TimeUnit.SECONDS), answered + " are not answered");
    return passed.get();
  }
}

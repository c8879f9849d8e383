package dev.penstock.proxy.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.model.RedisLimiter;
import dev.penstock.proxy.limit.redis.TestStore;
import dev.penstock.testing.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract on one server, and what is there to be said of its buckets. */
class RedisStoreTest extends StoreContract {

  private static RedisServer server;

  @BeforeAll
  static void startServer() {
    server = RedisServer.start();
  }

  @AfterAll
  static void stopServer() {
    if (server != null) {
      long decisions = server.calls("evalsha");
      server.close();
      assertTrue(decisions > 10_000, () -> "Redis has decided only " + decisions);
    }
  }

  @Override
  List<RedisServer> servers() {
    return List.of(server);
  }

  @Override
  RedisLimiter settings() {
    return TestStore.standalone(server, Duration.ofSeconds(5));
  }

  @Test
  void a_clock_that_steps_back_by_an_hour_locks_nobody_out() throws Exception {
    Limit limit = Limits.nodelay("1r/s", 1);
    decide(limit);
    decide(limit);
    advance(-Duration.ofHours(1).toNanos());
    Decision.Refused refused = assertInstanceOf(Decision.Refused.class, decide(limit));
    assertEquals(Duration.ofSeconds(1).toNanos(), refused.retryAfterNanos());
    advance(refused.retryAfterNanos());
    assertInstanceOf(Decision.Allowed.class, decide(limit));
  }

  @Test
  void a_bucket_is_gone_once_it_is_full() {
    try (var byServersClock = TestStore.of(TestStore.standalone(server, Duration.ofSeconds(5)))) {
      var answer = new CompletableFuture<Decision>();
      byServersClock.decide(Limits.key("tts", 7), Limits.nodelay("10r/s", 5), 1, answer::complete);
      answer.join();
      String key = "penstock:ai/default/ai/tts/0.0.0.7";
      assertTrue(server.command("GET", key).startsWith("3600000000 "), server.command("KEYS", "*"));
      long ttl = Long.parseLong(server.command("PTTL", key));
      assertTrue(ttl > 0 && ttl <= 1_100, ttl + " ms");
    }
  }

  private Decision decide(Limit limit) throws Exception {
    var answer = new CompletableFuture<Decision>();
    limiter().decide(Limits.key("tts", 1), limit, 1, answer::complete);
    return answer.get(5, TimeUnit.SECONDS);
  }
}

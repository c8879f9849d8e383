package dev.penstock.proxy.limit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.model.RedisLimiter;
import dev.penstock.proxy.limit.redis.TestStore;
import dev.penstock.testing.RedisCluster;
import dev.penstock.testing.RedisServer;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** The contract on a cluster of three processes. */
class RedisClusterTest extends RateLimiterContract {

  private static RedisCluster cluster;
  private final ManualClock clock = new ManualClock(1_800_000_000_000_000_000L);
  private TestStore store;

  @BeforeAll
  static void startCluster() {
    cluster = new RedisCluster();
  }

  @AfterAll
  static void stopCluster() {
    if (cluster == null) {
      return;
    }
    try (var ended = cluster) {
      for (RedisServer node : ended.nodes()) {
        long decisions = node.calls("evalsha");
        assertTrue(decisions > 100, () -> "one of the nodes has decided only " + decisions);
      }
    }
  }

  @BeforeEach
  void connect() {
    cluster.nodes().forEach(node -> node.command("FLUSHALL"));
    var redis =
        TestStore.redis(
            RedisLimiter.Mode.CLUSTER, cluster.nodes(), Optional.empty(), Duration.ofSeconds(5));
    store = TestStore.of(redis, () -> Math.floorDiv(clock.getAsLong(), 1_000L));
  }

  @AfterEach
  void disconnect() {
    store.close();
  }

  @Override
  RateLimiter limiter() {
    return store;
  }

  @Override
  void advance(long nanos) {
    clock.advance(nanos);
  }

  @Override
  long resolutionNanos() {
    return 1_000;
  }
}

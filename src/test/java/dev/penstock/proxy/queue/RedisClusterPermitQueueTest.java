package dev.penstock.proxy.queue;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.model.RedisLimiter;
import dev.penstock.proxy.limit.redis.TestStore;
import dev.penstock.testing.RedisCluster;
import dev.penstock.testing.RedisServer;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract on a cluster of three processes. */
class RedisClusterPermitQueueTest extends SharedPermitQueueContract {

  private static RedisCluster cluster;

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
        long steps = node.calls("evalsha");
        assertTrue(steps > 20, () -> "one of the nodes has taken only " + steps + " steps");
      }
    }
  }

  @Override
  RedisLimiter redis() {
    return TestStore.redis(
        RedisLimiter.Mode.CLUSTER, cluster.nodes(), Optional.empty(), Duration.ofSeconds(5));
  }
}

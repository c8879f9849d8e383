package dev.penstock.proxy.limit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.model.RedisLimiter;
import dev.penstock.proxy.limit.redis.TestStore;
import dev.penstock.testing.RedisCluster;
import dev.penstock.testing.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract on a cluster of three processes. */
class RedisClusterTest extends StoreContract {

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
        long decisions = node.calls("evalsha");
        assertTrue(decisions > 100, () -> "one of the nodes has decided only " + decisions);
      }
    }
  }

  @Override
  List<RedisServer> servers() {
    return cluster.nodes();
  }

  @Override
  RedisLimiter settings() {
    return TestStore.redis(
        RedisLimiter.Mode.CLUSTER, cluster.nodes(), Optional.empty(), Duration.ofSeconds(5));
  }
}

package dev.penstock.proxy.queue;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.model.RedisLimiter;
import dev.penstock.proxy.limit.redis.TestStore;
import dev.penstock.testing.RedisServer;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract on a real Redis. */
class RedisPermitQueueTest extends SharedPermitQueueContract {

  private static RedisServer server;

  @BeforeAll
  static void startServer() {
    server = RedisServer.start();
  }

  @AfterAll
  static void stopServer() {
    if (server != null) {
      long steps = server.calls("evalsha");
      server.close();
      assertTrue(steps > 300, () -> "Redis has taken only " + steps + " steps");
    }
  }

  @Override
  RedisLimiter redis() {
    return TestStore.standalone(server, Duration.ofSeconds(5));
  }
}

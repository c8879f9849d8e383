package dev.penstock.proxy.limit;

import dev.penstock.model.RedisLimiter;
import dev.penstock.proxy.limit.redis.TestStore;
import dev.penstock.testing.RedisServer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The contract on a real Redis, by a clock that the test moves. */
abstract class StoreContract extends RateLimiterContract {

  private final ManualClock clock = new ManualClock(1_800_000_000_000_000_000L);
  private TestStore store;

  /** All that may hold buckets. */
  abstract List<RedisServer> servers();

  abstract RedisLimiter settings();

  @BeforeEach
  void connect() {
    servers().forEach(server -> server.command("FLUSHALL"));
    store = TestStore.of(settings(), () -> Math.floorDiv(clock.getAsLong(), 1_000L));
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

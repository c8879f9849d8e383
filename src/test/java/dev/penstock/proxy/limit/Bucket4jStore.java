package dev.penstock.proxy.limit;

import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.distributed.AsyncBucketProxy;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.AsyncProxyManager;
import io.github.bucket4j.distributed.proxy.optimization.Optimizations;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Bucket4j's buckets in Redis, by compare-and-swap: what the script is compared with, in what it
 * decides and in what it costs. Its waits are rounded down, so it does not fulfil the contract to
 * the nanosecond.
 */
final class Bucket4jStore implements RateLimiter, AutoCloseable {

  private final RedisClient client;
  private final AsyncProxyManager<byte[]> buckets;
  private final boolean batching;
  private final Map<LimitKey, AsyncBucketProxy> proxies = new ConcurrentHashMap<>();

  /**
   * @param batching whether questions that meet in this process are sent together
   * @param clock instead of the system's
   */
  Bucket4jStore(String uri, boolean batching, Optional<TimeMeter> clock) {
    client = RedisClient.create(uri);
    this.batching = batching;
    var builder =
        Bucket4jLettuce.casBasedBuilder(client.connect(ByteArrayCodec.INSTANCE))
            .requestTimeout(Duration.ofSeconds(10))
            .expirationAfterWrite(
                ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(
                    Duration.ofMinutes(10)));
    clock.ifPresent(builder::clientClock);
    buckets = builder.build().asAsync();
  }

  @Override
  public void decide(LimitKey key, Limit limit, long cost, Consumer<? super Decision> then) {
    proxies
        .computeIfAbsent(key, _ -> proxy(key, limit))
        .tryConsumeAndReturnRemaining(cost)
        .whenComplete(
            (probe, problem) ->
                then.accept(problem == null ? decision(probe) : Decision.UNAVAILABLE));
  }

  private AsyncBucketProxy proxy(LimitKey key, Limit limit) {
    byte[] name = ("bucket4j:" + key).getBytes(StandardCharsets.UTF_8);
    // As many tokens flow in within an hour as parts within a nanosecond.
    var configuration =
        BucketConfiguration.builder()
            .addLimit(
                bandwidth ->
                    bandwidth
                        .capacity(limit.capacity())
                        .refillGreedy(limit.perNano(), Duration.ofHours(1)))
            .build();
    var builder = buckets.builder();
    return (batching ? builder.withOptimization(Optimizations.batching()) : builder)
        .build(name, () -> CompletableFuture.completedFuture(configuration));
  }

  private static Decision decision(ConsumptionProbe probe) {
    return probe.isConsumed()
        ? new Decision.Allowed(0, probe.getRemainingTokens(), 0, probe.getNanosToWaitForReset())
        : new Decision.Refused(
            probe.getRemainingTokens(),
            probe.getNanosToWaitForRefill(),
            probe.getNanosToWaitForReset());
  }

  @Override
  public void close() {
    client.shutdown();
  }
}

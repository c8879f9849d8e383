package dev.penstock.proxy.limit.redis;

import dev.penstock.model.RedisLimiter;
import dev.penstock.model.Upstream.Endpoint;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Opens connections to the Redis that a gateway names, in each of the ways that it is run. */
final class Connector {

  private final AbstractRedisClient client;
  private final Supplier<CompletionStage<? extends StatefulConnection<byte[], byte[]>>> open;
  private final Supplier<CompletionStage<? extends StatefulRedisPubSubConnection<byte[], byte[]>>>
      openPubSub;

  private Connector(
      AbstractRedisClient client,
      Supplier<CompletionStage<? extends StatefulConnection<byte[], byte[]>>> open,
      Supplier<CompletionStage<? extends StatefulRedisPubSubConnection<byte[], byte[]>>>
          openPubSub) {
    this.client = client;
    this.open = open;
    this.openPubSub = openPubSub;
  }

  /**
   * @param patience how long a connection may take to be of use
   */
  static Connector of(RedisLimiter redis, ClientResources resources, Duration patience) {
    return redis.mode() == RedisLimiter.Mode.CLUSTER
        ? ofCluster(redis, resources, patience)
        : ofServer(redis, resources, patience);
  }

  private static Connector ofServer(
      RedisLimiter redis, ClientResources resources, Duration patience) {
    RedisURI uri =
        redis.mode() == RedisLimiter.Mode.SENTINEL
            ? sentinels(redis, patience)
            : server(redis, redis.addresses().getFirst(), patience);
    RedisClient client = RedisClient.create(resources, uri);
    client.setOptions(Options.ofServer(redis, patience));
    return new Connector(
        client,
        () -> client.connectAsync(ByteArrayCodec.INSTANCE, uri),
        () -> client.connectPubSubAsync(ByteArrayCodec.INSTANCE, uri));
  }

  private static Connector ofCluster(
      RedisLimiter redis, ClientResources resources, Duration patience) {
    List<RedisURI> nodes =
        redis.addresses().stream().map(address -> server(redis, address, patience)).toList();
    RedisClusterClient client = RedisClusterClient.create(resources, nodes);
    client.setOptions(Options.ofCluster(redis, patience));
    return new Connector(
        client,
        () ->
            client
                .refreshPartitionsAsync()
                .thenCompose(_ -> client.connectAsync(ByteArrayCodec.INSTANCE)),
        () ->
            client
                .refreshPartitionsAsync()
                .thenCompose(_ -> client.connectPubSubAsync(ByteArrayCodec.INSTANCE)));
  }

  private static RedisURI server(RedisLimiter redis, Endpoint address, Duration patience) {
    return identified(
        RedisURI.builder().withHost(address.host()).withPort(address.port()), redis, patience);
  }

  /** Credentials are of the servers; sentinels are asked without. */
  private static RedisURI sentinels(RedisLimiter redis, Duration patience) {
    var builder = RedisURI.builder().withSentinelMasterId(redis.masterName().orElseThrow());
    for (Endpoint address : redis.addresses()) {
      var sentinel = RedisURI.builder().withHost(address.host()).withPort(address.port());
      builder.withSentinel(secured(sentinel, redis).withTimeout(patience).build());
    }
    return identified(builder, redis, patience);
  }

  private static RedisURI identified(
      RedisURI.Builder builder, RedisLimiter redis, Duration patience) {
    redis
        .credentials()
        .ifPresent(
            known ->
                known
                    .username()
                    .ifPresentOrElse(
                        name ->
                            builder.withAuthentication(
                                name, known.password().value().toCharArray()),
                        () -> builder.withPassword(known.password().value().toCharArray())));
    return secured(builder, redis)
        .withDatabase(redis.database())
        .withClientName("penstock")
        .withTimeout(patience)
        .build();
  }

  private static RedisURI.Builder secured(RedisURI.Builder builder, RedisLimiter redis) {
    return redis.tls().isEmpty()
        ? builder
        : builder.withSsl(true).withVerifyPeer(SslVerifyMode.FULL);
  }

  /** Opens one more connection; never blocks. */
  CompletionStage<? extends StatefulConnection<byte[], byte[]>> open() {
    return open.get();
  }

  /** Opens a connection on which to be told; never blocks. */
  CompletionStage<? extends StatefulRedisPubSubConnection<byte[], byte[]>> openPubSub() {
    return openPubSub.get();
  }

  /** Closes what it opened; the threads belong to others. */
  CompletableFuture<Void> close() {
    return client.shutdownAsync(0, 1, TimeUnit.SECONDS);
  }
}

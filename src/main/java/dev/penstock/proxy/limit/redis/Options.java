package dev.penstock.proxy.limit.redis;

import dev.penstock.model.RedisLimiter;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.protocol.RedisCommand;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * How Lettuce behaves: nothing is sent twice (a request would pay twice), and nothing waits for a
 * connection (a request would wait as well).
 */
final class Options {

  /** More questions than these within one deadline are not asked. */
  private static final int MAX_UNANSWERED = 65_536;

  private static final Duration TOPOLOGY_PERIOD = Duration.ofSeconds(10);
  private static final Duration TOPOLOGY_PAUSE = Duration.ofMillis(500);

  private Options() {}

  /** A connection that is lost is not repaired: its owner opens another, and learns of it. */
  static ClientOptions ofServer(RedisLimiter redis, Duration patience) {
    return common(ClientOptions.builder(), redis, patience).autoReconnect(false).build();
  }

  /**
   * Lettuce connects to the nodes of a cluster when it first needs them, and again when they are
   * lost. What was on its way to a lost one fails at once rather than be sent again.
   */
  static ClusterClientOptions ofCluster(RedisLimiter redis, Duration patience) {
    var topology =
        ClusterTopologyRefreshOptions.builder()
            .adaptiveRefreshTriggersTimeout(TOPOLOGY_PAUSE)
            .refreshTriggersReconnectAttempts(1)
            .enablePeriodicRefresh(TOPOLOGY_PERIOD)
            .build();
    var builder = ClusterClientOptions.builder();
    common(builder, redis, patience)
        .disconnectedBehavior(DisconnectedBehavior.ACCEPT_COMMANDS)
        .replayFilter(Options::giveUp);
    return builder.topologyRefreshOptions(topology).build();
  }

  /** Asked by Lettuce whether to forget a command instead of keeping it for the next connection. */
  private static boolean giveUp(RedisCommand<?, ?, ?> command) {
    command.completeExceptionally(new RedisConnectionException("the connection is lost"));
    return true;
  }

  private static ClientOptions.Builder common(
      ClientOptions.Builder builder, RedisLimiter redis, Duration patience) {
    builder
        .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
        .requestQueueSize(MAX_UNANSWERED)
        // Each question has its own deadline; Lettuce would set a timer for each command.
        .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
        .maintNotificationsConfig(MaintNotificationsConfig.disabled())
        .socketOptions(
            SocketOptions.builder()
                .connectTimeout(patience)
                .tcpNoDelay(true)
                .keepAlive(true)
                .build());
    redis.tls().flatMap(RedisLimiter.RedisTls::caPem).ifPresent(pem -> builder.sslOptions(of(pem)));
    return builder;
  }

  private static SslOptions of(String caPem) {
    byte[] pem = caPem.getBytes(StandardCharsets.UTF_8);
    return SslOptions.builder().trustManager(() -> new ByteArrayInputStream(pem)).build();
  }
}

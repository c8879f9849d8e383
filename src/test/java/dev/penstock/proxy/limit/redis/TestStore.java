package dev.penstock.proxy.limit.redis;

import dev.penstock.model.RedisLimiter;
import dev.penstock.model.ResourceName;
import dev.penstock.model.Upstream.Endpoint;
import dev.penstock.proxy.io.SocketIo;
import dev.penstock.proxy.limit.Decision;
import dev.penstock.proxy.limit.Limit;
import dev.penstock.proxy.limit.LimitKey;
import dev.penstock.proxy.limit.RateLimiter;
import dev.penstock.testing.RedisServer;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** A store with event loops of its own, and what it told of itself. */
public final class TestStore implements RateLimiter, AutoCloseable {

  private static final ResourceName GATEWAY = ResourceName.parse("ai/default");

  private final EventLoopGroup group;
  private final RedisStore store;
  private final List<LimiterStatus> told = new CopyOnWriteArrayList<>();

  private TestStore(RedisLimiter redis, int loops, Optional<LongSupplier> micros) {
    group = new MultiThreadIoEventLoopGroup(loops, SocketIo.ofThisSystem().newHandlers());
    var each = new ArrayList<EventLoop>();
    group.forEach(loop -> each.add((EventLoop) loop));
    store = RedisStore.start(redis, GATEWAY, 1, each, told::add, micros);
  }

  /** By the server's clock. */
  public static TestStore of(RedisLimiter redis) {
    return new TestStore(redis, 2, Optional.empty());
  }

  public static TestStore of(RedisLimiter redis, int loops) {
    return new TestStore(redis, loops, Optional.empty());
  }

  /** By a clock of this test, in microseconds. */
  public static TestStore of(RedisLimiter redis, LongSupplier micros) {
    return new TestStore(redis, 2, Optional.of(micros));
  }

  /** One server, with a deadline that a busy machine keeps. */
  public static RedisLimiter standalone(RedisServer server, Duration timeout) {
    return redis(RedisLimiter.Mode.STANDALONE, List.of(server), Optional.empty(), timeout);
  }

  public static RedisLimiter redis(
      RedisLimiter.Mode mode,
      List<RedisServer> servers,
      Optional<String> masterName,
      Duration timeout) {
    return new RedisLimiter(
        mode,
        servers.stream().map(server -> new Endpoint("127.0.0.1", server.port())).toList(),
        masterName,
        0,
        Optional.empty(),
        Optional.empty(),
        "penstock:",
        timeout);
  }

  @Override
  public void decide(LimitKey key, Limit limit, long cost, Consumer<? super Decision> then) {
    store.decide(key, limit, cost, then);
  }

  public RedisStore store() {
    return store;
  }

  public EventLoopGroup group() {
    return group;
  }

  /** Every change so far. */
  public List<LimiterStatus> told() {
    return told;
  }

  @Override
  public void close() {
    store.close();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }
}

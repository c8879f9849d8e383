package dev.penstock.proxy.limit.redis;

import dev.penstock.model.RedisLimiter;
import dev.penstock.model.ResourceName;
import dev.penstock.proxy.limit.Decision;
import dev.penstock.proxy.limit.Limit;
import dev.penstock.proxy.limit.LimitKey;
import dev.penstock.proxy.limit.RateLimiter;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Keeps buckets in Redis, each under {@code <prefix><namespace>/<gateway>/<service>/<client>} until
 * it is full again. Each event loop of the proxy has its own connection, on that loop. A question
 * is answered within the configured timeout, with {@link Decision.Unavailable} if need be.
 */
public final class RedisStore implements RateLimiter, AutoCloseable {

  /** A connection may take longer than a question: nobody waits for it. */
  private static final Duration SHORTEST_PATIENCE = Duration.ofMillis(500);

  /**
   * How long a start waits to find Redis, so that the first requests are counted there, and an end
   * until it has hung up.
   */
  private static final long LONGEST_WAIT_MILLIS = 3_000;

  /** Threads of Lettuce for what is not worth an event loop's time. */
  private static final int HELPERS = 2;

  private final ClientResources shared;
  private final List<ClientResources> resources = new ArrayList<>();
  private final List<Connector> connectors = new ArrayList<>();
  private final List<Buckets> buckets = new ArrayList<>();
  private final List<Mailbox> mailboxes = new CopyOnWriteArrayList<>();
  private final String keyPrefix;
  private final String channelPrefix;
  private final Commands commands;
  private final Health health;

  private RedisStore(
      RedisLimiter redis,
      ResourceName gateway,
      int replicas,
      List<EventLoop> loops,
      Consumer<LimiterStatus> listener,
      Optional<LongSupplier> micros) {
    keyPrefix = redis.keyPrefix();
    channelPrefix = keyPrefix + gateway + "/replica/";
    LoopProvider.prefer(loops.getFirst());
    health = new Health(loops.size(), replicas, listener);
    shared =
        DefaultClientResources.builder()
            .computationThreadPoolSize(HELPERS)
            .commandLatencyRecorder(CommandLatencyRecorder.disabled())
            .build();
    boolean cluster = redis.mode() == RedisLimiter.Mode.CLUSTER;
    commands = new Commands(keyPrefix + gateway + "/replicas", cluster, micros);
    Duration patience =
        redis.timeout().compareTo(SHORTEST_PATIENCE) > 0 ? redis.timeout() : SHORTEST_PATIENCE;
    for (EventLoop loop : loops) {
      Connector connector = Connector.of(redis, resources(loop, cluster), patience);
      connectors.add(connector);
      var link =
          new Link(
              loop,
              connector,
              commands,
              health.listener(buckets.size()),
              redis.timeout().toNanos(),
              patience.toNanos());
      buckets.add(new Buckets(link, commands, keyPrefix));
    }
  }

  /**
   * Starts, and waits a moment for Redis to be found.
   *
   * @param gateway whose replicas count each other
   * @param replicas how many there are until then
   * @param loops on which questions are asked, mostly
   * @param listener told of every change, one at a time
   */
  public static RedisStore start(
      RedisLimiter redis,
      ResourceName gateway,
      int replicas,
      List<EventLoop> loops,
      Consumer<LimiterStatus> listener) {
    return start(redis, gateway, replicas, loops, listener, Optional.empty());
  }

  static RedisStore start(
      RedisLimiter redis,
      ResourceName gateway,
      int replicas,
      List<EventLoop> loops,
      Consumer<LimiterStatus> listener,
      Optional<LongSupplier> micros) {
    var store = new RedisStore(redis, gateway, replicas, loops, listener, micros);
    store.links().forEach(Link::start);
    store.awaitFirstSight();
    return store;
  }

  /**
   * The threads of a link: the proxy's event loop; those of a cluster's many nodes are Lettuce's
   * own, since its client for clusters blocks at times.
   */
  private ClientResources resources(EventLoop loop, boolean cluster) {
    if (cluster) {
      return shared;
    }
    ClientResources own = shared.mutate().eventLoopGroupProvider(new LoopProvider(loop)).build();
    resources.add(own);
    return own;
  }

  private void awaitFirstSight() {
    if (!await(health.settled())) {
      health.overdue();
    }
  }

  private static boolean await(CompletableFuture<Void> done) {
    try {
      done.get(LONGEST_WAIT_MILLIS, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException | ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The link to use for everything that must happen in order; the same one for the same name. */
  public Link link(String name) {
    return buckets.get(Math.floorMod(name.hashCode(), buckets.size())).link();
  }

  public List<Link> links() {
    return buckets.stream().map(Buckets::link).toList();
  }

  /** What the channels of the replicas of this gateway begin with; {@link #self} follows. */
  public String channelPrefix() {
    return channelPrefix;
  }

  /** The name of this replica, new with each start. */
  public String self() {
    return commands.self();
  }

  public String keyPrefix() {
    return keyPrefix;
  }

  /**
   * Listens to what is published on the channel of this replica, as well as it can be heard: what
   * is said while the connection is away is lost.
   *
   * @param reader told on an event loop
   */
  public void hear(Consumer<String> reader) {
    var mailbox =
        new Mailbox(
            buckets.getFirst().link().loop(),
            connectors.getFirst(),
            channelPrefix + self(),
            reader);
    mailboxes.add(mailbox);
    mailbox.start();
  }

  /** How many replicas share each limit, as was last known. */
  public int replicas() {
    return health.status().replicas();
  }

  /**
   * How many there have lately been at most, among them those that a Redis which lost its data has
   * not counted again yet.
   */
  public int replicasLately() {
    return health.replicasLately();
  }

  /**
   * Has it run, on an event loop, each time that Redis turns out not to know this replica: at the
   * start, and when it has lost its data.
   */
  public void whenForgotten(Runnable action) {
    health.whenForgotten(action);
  }

  public LimiterStatus status() {
    return health.status();
  }

  @Override
  public void decide(LimitKey key, Limit limit, long cost, Consumer<? super Decision> then) {
    limit.checkCost(cost);
    for (Buckets each : buckets) {
      if (each.link().loop().inEventLoop()) {
        each.ask(key, limit, cost, then);
        return;
      }
    }
    Buckets any = buckets.get(Math.floorMod(key.hashCode(), buckets.size()));
    try {
      any.link().loop().execute(() -> any.ask(key, limit, cost, then));
    } catch (RejectedExecutionException e) {
      then.accept(Decision.UNAVAILABLE);
    }
  }

  /** Ends the connections; what is still open is answered with {@link Decision.Unavailable}. */
  @Override
  public void close() {
    health.close();
    links().forEach(Link::close);
    mailboxes.forEach(Mailbox::close);
    // In this order: the event loops must outlive the connections, and the proxy ends them next.
    await(
        CompletableFuture.allOf(
            connectors.stream().map(Connector::close).toArray(CompletableFuture<?>[]::new)));
    resources.forEach(each -> each.shutdown(0, 1, TimeUnit.SECONDS));
    shared.shutdown(0, 1, TimeUnit.SECONDS);
  }
}

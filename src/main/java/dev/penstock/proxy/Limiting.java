package dev.penstock.proxy;

import dev.penstock.model.GatewayConfig;
import dev.penstock.model.Limiter;
import dev.penstock.model.RedisLimiter;
import dev.penstock.model.ResourceName;
import dev.penstock.proxy.limit.LocalRateLimiter;
import dev.penstock.proxy.limit.RateLimiter;
import dev.penstock.proxy.limit.ShareRateLimiter;
import dev.penstock.proxy.limit.SharedRateLimiter;
import dev.penstock.proxy.limit.redis.LimiterStatus;
import dev.penstock.proxy.limit.redis.RedisStore;
import dev.penstock.proxy.queue.PermitQueue;
import dev.penstock.proxy.queue.PermitQueues;
import dev.penstock.proxy.queue.SharePermitQueue;
import dev.penstock.proxy.queue.redis.RedisQueues;
import dev.penstock.proxy.queue.redis.Timing;
import dev.penstock.proxy.upstream.Worker;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where limits are counted, beyond one config: the table of this process always, and a Redis as
 * long as the same one is configured. Nothing of the Redis client is loaded before it is needed.
 */
final class Limiting implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Limiting.class);

  private record Store(
      ResourceName gateway, RedisLimiter redis, RedisStore open, RedisQueues queues) {}

  private final List<Worker> workers;
  private final ProxyOptions options;
  private final RateLimiter local;
  private final PermitQueues localPermits;
  private volatile int replicas = 1;
  private volatile @Nullable Store store;
  private @Nullable Store next;
  private Limiter nextLimiter = Limiter.local();

  Limiting(List<Worker> workers, ProxyOptions options) {
    this.workers = workers;
    this.options = options;
    local = new LocalRateLimiter(LocalRateLimiter.DEFAULT_MAX_CLIENTS, options.nanoClock());
    localPermits = this::share;
  }

  private PermitQueue share(ResourceName ignored, int maxInFlight, int maxDepth) {
    var share = new SharePermitQueue(() -> replicas, options.nanoClock());
    share.resize(maxInFlight, maxDepth);
    return share;
  }

  /** Where permits are kept in the prepared config. */
  PermitQueues permits() {
    return next == null ? localPermits : next.queues();
  }

  /** The limiter for a config; that of the one before goes on until {@link #settle}. */
  RateLimiter prepare(GatewayConfig config) {
    Limiter limiter = config.limiter();
    next = limiter.redis().map(redis -> store(config, redis)).orElse(null);
    nextLimiter = limiter;
    if (next == null) {
      return limiter.replicas() == 1 ? local : new ShareRateLimiter(local, limiter.replicas());
    }
    RedisStore open = next.open();
    return new SharedRateLimiter(
        open, local, limiter.failurePolicy(), open::replicas, options.nanoClock());
  }

  private Store store(GatewayConfig config, RedisLimiter redis) {
    Store running = store;
    if (running != null
        && running.gateway().equals(config.name())
        && running.redis().equals(redis)) {
      return running;
    }
    var listener = new Announcer(config.limiter(), redis);
    var loops = workers.stream().map(Worker::loop).toList();
    int declared = config.limiter().replicas();
    RedisStore open = RedisStore.start(redis, config.name(), declared, loops, listener);
    return new Store(
        config.name(), redis, open, new RedisQueues(open, config.name(), Timing.DEFAULT));
  }

  /**
   * Ends the store that is not used any more.
   *
   * @param taken whether the prepared one is in use, or was given up
   */
  void settle(boolean taken) {
    Store ended = taken ? store : next;
    Store kept = taken ? next : store;
    if (ended != null && !ended.equals(kept)) {
      ended.open().close();
    }
    if (taken) {
      replicas = nextLimiter.replicas();
      if (kept != null) {
        kept.queues().follow(nextLimiter.failurePolicy());
      }
    }
    store = kept;
    next = null;
    options.metrics().limiterDegraded(kept != null && kept.open().status().degraded());
  }

  /** How the shared store does; absent when nothing is shared. */
  Optional<LimiterStatus> status() {
    return Optional.ofNullable(store).map(running -> running.open().status());
  }

  /** A line for a person; absent when nothing is shared. */
  Optional<String> detail() {
    Store running = store;
    if (running == null) {
      return Optional.empty();
    }
    LimiterStatus status = running.open().status();
    String where = Announcer.name(running.redis());
    return Optional.of(
        status
                .problem()
                .map(problem -> "limiter: degraded, " + where + " is away: " + problem)
                .orElse("limiter: counting in " + where)
            + "; replicas: "
            + status.replicas());
  }

  @Override
  public void close() {
    settle(false);
    Store running = store;
    store = null;
    if (running != null) {
      running.open().close();
    }
  }

  /** Tells of each change in the metric and in one line of the log. */
  private final class Announcer implements Consumer<LimiterStatus> {

    private final Limiter limiter;
    private final RedisLimiter redis;

    Announcer(Limiter limiter, RedisLimiter redis) {
      this.limiter = limiter;
      this.redis = redis;
    }

    static String name(RedisLimiter redis) {
      return "Redis ("
          + redis.mode().name().toLowerCase(Locale.ROOT)
          + " "
          + String.join(", ", redis.addresses().stream().map(each -> each.authority()).toList())
          + ")";
    }

    @Override
    public void accept(LimiterStatus status) {
      options.metrics().limiterDegraded(status.degraded());
      status
          .problem()
          .ifPresentOrElse(
              problem ->
                  LOG.warn("Rate limits: {} is away ({}); {}", name(redis), problem, consequence()),
              () -> LOG.info("Rate limits: counting in {}", name(redis)));
    }

    private String consequence() {
      return switch (limiter.failurePolicy()) {
        case LOCAL -> "failurePolicy Local: this replica limits by itself with its share";
        case OPEN -> "failurePolicy Open: requests pass unlimited";
        case CLOSED -> "failurePolicy Closed: requests that are limited are answered 503";
      };
    }
  }
}

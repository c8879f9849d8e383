package dev.penstock.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.noop.NoopCounter;
import io.micrometer.core.instrument.noop.NoopTimer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of one service. Made when a configuration is compiled and kept by its routes, so that
 * a request looks nothing up. Every method is safe from all event loops and never blocks once an
 * outcome has been seen.
 */
public final class RouteMeter {
  /** From a cached answer to the longest generation. */
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30),
    Duration.ofMinutes(1),
    Duration.ofMinutes(2),
    Duration.ofMinutes(5),
    Duration.ofMinutes(10)
  };

  /** What the first request brings: of thousands of services many may never see one. */
  private record Series(
      Timer duration,
      Timer firstByte,
      Counter requestBytes,
      Counter responseBytes,
      Counter connectFailures) {}

  private final MeterRegistry registry;
  private final String service;
  private final List<Meter> meters = new ArrayList<>();
  private final QueueMeter queue;
  private boolean retired;
  private volatile @Nullable Series series;

  private final LongAdder inFlight = new LongAdder();
  private final OutcomeCounters outcomes = new OutcomeCounters(this::requests);
  private final LazyCounters<LimitDecision> limits = new LazyCounters<>(this::limit);
  private final Map<AuthResult, LazyCounters<CacheUse>> auths = new EnumMap<>(AuthResult.class);

  RouteMeter(MeterRegistry registry, String service) {
    this.registry = registry;
    this.service = service;
    this.queue = new QueueMeter(registry, service);
    for (AuthResult result : AuthResult.values()) {
      auths.put(result, new LazyCounters<>(cache -> auth(result, cache)));
    }
  }

  /** Notes that a request of the service has begun; {@link #leave} must follow once. */
  public void enter() {
    inFlight.increment();
    series();
  }

  /** Notes that a request has ended, however. */
  public void leave() {
    inFlight.decrement();
  }

  /** Counts a request that has ended. */
  public void record(RequestFacts facts) {
    Series now = series();
    outcomes.increment(facts.status(), facts.reason());
    now.duration.record(facts.durationNanos(), TimeUnit.NANOSECONDS);
    long first = facts.firstByteNanos();
    if (first >= 0) {
      now.firstByte.record(first, TimeUnit.NANOSECONDS);
    }
    add(now.requestBytes, facts.requestBytes());
    add(now.responseBytes, facts.responseBytes());
  }

  /** Counts a decision of the service's rate limit. */
  public void limited(LimitDecision decision) {
    limits.increment(decision);
  }

  /** Counts an authentication for the service. */
  public void authenticated(AuthResult result, CacheUse cache) {
    Objects.requireNonNull(auths.get(result)).increment(cache);
  }

  /** Counts a connection to an address of the backend that failed. */
  public void connectFailed() {
    series().connectFailures.increment();
  }

  /** The meter of the service's queue, whose series are there from now on. */
  public synchronized QueueMeter queue() {
    if (!retired) {
      queue.show();
    }
    return queue;
  }

  /** Takes the series of the queue away: the service has none any more. */
  public void withoutQueue() {
    queue.hide();
  }

  /** Takes the service's series away. What still ends on this meter is counted nowhere. */
  synchronized void retire() {
    retired = true;
    meters.forEach(registry::remove);
    meters.clear();
    queue.hide();
  }

  private static void add(Counter counter, long bytes) {
    if (bytes > 0) {
      counter.increment((double) bytes);
    }
  }

  private Counter requests(String code, String reason) {
    return register(
        () ->
            Counter.builder("penstock.requests")
                .description("Requests that have ended")
                .tags("service", service, "code", code, "reason", reason)
                .register(registry));
  }

  private Counter limit(LimitDecision decision) {
    return register(
        () ->
            Counter.builder("penstock.limit.decisions")
                .description("Decisions of rate limits")
                .tags("service", service, "decision", decision.label())
                .register(registry));
  }

  private Counter auth(AuthResult result, CacheUse cache) {
    return register(
        () ->
            Counter.builder("penstock.auth.requests")
                .description("Authentications of requests")
                .tags("service", service, "result", result.label(), "cache", cache.label())
                .register(registry));
  }

  private Series series() {
    Series known = series;
    return known != null ? known : newSeries();
  }

  private synchronized Series newSeries() {
    Series known = series;
    if (known != null) {
      return known;
    }
    Series made =
        new Series(
            timer(
                "penstock.request.duration",
                "From a request's first byte to the end of its answer"),
            timer("penstock.first.byte", "From a request's first byte to the backend's first byte"),
            counter("penstock.request.bytes", "Bytes of request bodies"),
            counter("penstock.response.bytes", "Bytes of response bodies"),
            counter(
                "penstock.upstream.connect.failures",
                "Connections to backends that were refused or timed out"));
    if (!retired) {
      meters.add(
          Gauge.builder("penstock.requests.in.flight", inFlight, LongAdder::sum)
              .description("Requests that have begun and not ended")
              .tag("service", service)
              .strongReference(true)
              .register(registry));
    }
    series = made;
    return made;
  }

  private Timer timer(String name, String description) {
    return register(
        () ->
            Timer.builder(name)
                .description(description)
                .tag("service", service)
                .serviceLevelObjectives(BUCKETS)
                .register(registry),
        () -> new NoopTimer(retired(Meter.Type.TIMER)));
  }

  private Counter counter(String name, String description) {
    return register(
        () ->
            Counter.builder(name)
                .description(description)
                .tag("service", service)
                .register(registry));
  }

  private Counter register(Supplier<Counter> registration) {
    return register(registration, () -> new NoopCounter(retired(Meter.Type.COUNTER)));
  }

  /** A retired service must not come back through a request that ends late. */
  private synchronized <M extends Meter> M register(Supplier<M> registration, Supplier<M> noop) {
    if (retired) {
      return noop.get();
    }
    M meter = registration.get();
    meters.add(meter);
    return meter;
  }

  private static Meter.Id retired(Meter.Type type) {
    return new Meter.Id("retired", Tags.empty(), null, null, type);
  }
}

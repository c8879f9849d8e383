package dev.penstock.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.noop.NoopCounter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

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

  private final MeterRegistry registry;
  private final String service;
  private final List<Meter> meters = new ArrayList<>();
  private final QueueMeter queue;
  private boolean retired;

  private final LongAdder inFlight = new LongAdder();
  private final OutcomeCounters outcomes = new OutcomeCounters(this::requests);
  private final Timer duration;
  private final Timer firstByte;
  private final Counter requestBytes;
  private final Counter responseBytes;
  private final Counter connectFailures;
  private final LazyCounters<LimitDecision> limits = new LazyCounters<>(this::limit);
  private final Map<AuthResult, LazyCounters<CacheUse>> auths = new EnumMap<>(AuthResult.class);

  RouteMeter(MeterRegistry registry, String service) {
    this.registry = registry;
    this.service = service;
    this.queue = new QueueMeter(registry, service);
    this.duration =
        timer("penstock.request.duration", "From a request's first byte to the end of its answer");
    this.firstByte =
        timer("penstock.first.byte", "From a request's first byte to the backend's first byte");
    this.requestBytes = counter("penstock.request.bytes", "Bytes of request bodies");
    this.responseBytes = counter("penstock.response.bytes", "Bytes of response bodies");
    this.connectFailures =
        counter(
            "penstock.upstream.connect.failures",
            "Connections to backends that were refused or timed out");
    for (AuthResult result : AuthResult.values()) {
      auths.put(result, new LazyCounters<>(cache -> auth(result, cache)));
    }
    meters.add(
        Gauge.builder("penstock.requests.in.flight", inFlight, LongAdder::sum)
            .description("Requests that have begun and not ended")
            .tag("service", service)
            .strongReference(true)
            .register(registry));
  }

  /** Notes that a request of the service has begun; {@link #leave} must follow once. */
  public void enter() {
    inFlight.increment();
  }

  /** Notes that a request has ended, however. */
  public void leave() {
    inFlight.decrement();
  }

  /** Counts a request that has ended. */
  public void record(RequestFacts facts) {
    outcomes.increment(facts.status(), facts.reason());
    duration.record(facts.durationNanos(), TimeUnit.NANOSECONDS);
    long first = facts.firstByteNanos();
    if (first >= 0) {
      firstByte.record(first, TimeUnit.NANOSECONDS);
    }
    add(requestBytes, facts.requestBytes());
    add(responseBytes, facts.responseBytes());
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
    connectFailures.increment();
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

  /** A retired service must not come back through a request that ends late. */
  private synchronized Counter register(Supplier<Counter> registration) {
    if (retired) {
      return new NoopCounter(new Meter.Id("retired", Tags.empty(), null, null, Meter.Type.COUNTER));
    }
    var counter = registration.get();
    meters.add(counter);
    return counter;
  }

  private Timer timer(String name, String description) {
    var timer =
        Timer.builder(name)
            .description(description)
            .tag("service", service)
            .serviceLevelObjectives(BUCKETS)
            .register(registry);
    meters.add(timer);
    return timer;
  }

  private Counter counter(String name, String description) {
    var counter =
        Counter.builder(name).description(description).tag("service", service).register(registry);
    meters.add(counter);
    return counter;
  }
}

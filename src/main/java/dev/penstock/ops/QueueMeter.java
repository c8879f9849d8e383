package dev.penstock.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of one service's queue, as far as this process sees it. Its series are there while
 * the service has one; what is counted meanwhile is kept. Every method is safe from all event
 * loops.
 */
public final class QueueMeter {

  /** From no wait at all to as long as a person may be willing to. */
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(10),
    Duration.ofMillis(100),
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

  /** What the first request that comes out of the queue brings. */
  private record Series(Map<QueueOutcome, Counter> outcomes, Timer waits) {}

  private final MeterRegistry registry;
  private final String service;
  private final LongAdder inFlight = new LongAdder();
  private final LongAdder waiting = new LongAdder();
  private final List<Meter> shown = new ArrayList<>();
  private volatile @Nullable Series series;

  QueueMeter(MeterRegistry registry, String service) {
    this.registry = registry;
    this.service = service;
  }

  /** A permit was taken; {@link #released} must follow once. */
  public void taken() {
    inFlight.increment();
  }

  public void released() {
    inFlight.decrement();
  }

  /** A request begins to wait; {@link #waited} must follow once. */
  public void waits() {
    waiting.increment();
  }

  public void waited() {
    waiting.decrement();
  }

  /**
   * Counts how a request came out of the queue.
   *
   * @param waitedNanos before that
   */
  public void record(QueueOutcome outcome, long waitedNanos) {
    Series now = series();
    if (now != null) {
      Objects.requireNonNull(now.outcomes.get(outcome)).increment();
      if (outcome != QueueOutcome.FULL && outcome != QueueOutcome.UNAVAILABLE) {
        now.waits.record(waitedNanos, TimeUnit.NANOSECONDS);
      }
    }
  }

  /** What is to be scaled by is there from the start. */
  synchronized void show() {
    if (shown.isEmpty()) {
      shown.add(
          gauge("penstock.queue.in.flight", "Permits held: requests at the backend", inFlight));
      shown.add(gauge("penstock.queue.waiting", "Requests that wait for the backend", waiting));
    }
  }

  synchronized void hide() {
    series = null;
    shown.forEach(registry::remove);
    shown.clear();
  }

  /** Absent while the service has no queue. */
  private @Nullable Series series() {
    Series known = series;
    return known != null ? known : newSeries();
  }

  private synchronized @Nullable Series newSeries() {
    if (series != null || shown.isEmpty()) {
      return series;
    }
    Map<QueueOutcome, Counter> outcomes = new EnumMap<>(QueueOutcome.class);
    for (QueueOutcome outcome : QueueOutcome.values()) {
      outcomes.put(outcome, outcome(outcome));
    }
    Timer waits =
        Timer.builder("penstock.queue.wait")
            .description("How long requests waited for their turn at the backend")
            .tag("service", service)
            .serviceLevelObjectives(BUCKETS)
            .register(registry);
    shown.addAll(outcomes.values());
    shown.add(waits);
    series = new Series(outcomes, waits);
    return series;
  }

  private Counter outcome(QueueOutcome outcome) {
    return Counter.builder("penstock.queue.requests")
        .description("Requests that have come out of the queue")
        .tags("service", service, "outcome", outcome.label())
        .register(registry);
  }

  private Gauge gauge(String name, String description, LongAdder value) {
    return Gauge.builder(name, value, LongAdder::sum)
        .description(description)
        .tag("service", service)
        .strongReference(true)
        .register(registry);
  }
}

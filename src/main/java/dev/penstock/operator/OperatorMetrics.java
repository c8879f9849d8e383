package dev.penstock.operator;

import dev.penstock.operator.delivery.PushCounts;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/** How the operator does, for Prometheus. */
public final class OperatorMetrics {

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<String, Instant> certificateEnds = new TreeMap<>();
  private final Timer reconciles;
  private final Counter errors;
  private final MultiGauge ends;

  OperatorMetrics() {
    reconciles =
        Timer.builder("penstock.operator.reconcile")
            .description("Time of one look at a gateway with all its services")
            .serviceLevelObjectives(
                Duration.ofMillis(10),
                Duration.ofMillis(50),
                Duration.ofMillis(100),
                Duration.ofMillis(500),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5))
            .register(registry);
    errors =
        Counter.builder("penstock.operator.reconcile.errors")
            .description("Looks at a gateway that failed and are tried again")
            .register(registry);
    ends =
        MultiGauge.builder("penstock.operator.certificate.expiry")
            .description("When the first certificate of a gateway ends or is to be made anew")
            .baseUnit("timestamp.seconds")
            .register(registry);
  }

  /** For what is counted elsewhere, such as pushes. */
  public PrometheusMeterRegistry registry() {
    return registry;
  }

  void gauge(String name, String description, IntSupplier value) {
    Gauge.builder(name, value, IntSupplier::getAsInt)
        .description(description)
        .strongReference(true)
        .register(registry);
  }

  void count(String name, String description, LongSupplier value) {
    FunctionCounter.builder(name, registry, _ -> value.getAsLong())
        .description(description)
        .register(registry);
  }

  /** Shows how pushes end. */
  void observe(PushCounts pushes) {
    pushes("ok", pushes, PushCounts::taken);
    pushes("refused", pushes, PushCounts::refused);
    pushes("unreachable", pushes, PushCounts::unreachable);
  }

  private void pushes(String result, PushCounts counts, ToDoubleFunction<PushCounts> count) {
    // The function holds the counts: Micrometer's own reference to its argument is weak.
    FunctionCounter.builder("penstock.operator.pushes", registry, _ -> count.applyAsDouble(counts))
        .description("Configurations that were brought to proxies, by how that ended")
        .tag("result", result)
        .register(registry);
  }

  Timer.Sample begin() {
    return Timer.start(registry);
  }

  /** How long it took. */
  Duration end(Timer.Sample sample) {
    return Duration.ofNanos(sample.stop(reconciles));
  }

  void failed() {
    errors.increment();
  }

  synchronized void certificateEnds(String gateway, Instant end) {
    if (!end.equals(certificateEnds.put(gateway, end))) {
      show();
    }
  }

  synchronized void noCertificate(String gateway) {
    if (certificateEnds.remove(gateway) != null) {
      show();
    }
  }

  private void show() {
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    certificateEnds.forEach(
        (gateway, end) ->
            rows.add(MultiGauge.Row.of(Tags.of("gateway", gateway), end.getEpochSecond())));
    ends.register(rows, true);
  }

  String scrape() {
    return registry.scrape();
  }
}

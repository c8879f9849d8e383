package dev.penstock.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of a proxy, for Prometheus. Labels hold what the configuration or this program names,
 * never what a client sends; {@code service} is {@code namespace/name}, and empty for requests that
 * no route matched. The names are stable:
 *
 * <pre>
 * penstock_requests_total{service,code,reason}      requests that have ended; reason "none": forwarded and answered
 * penstock_requests_in_flight{service}
 * penstock_request_duration_seconds{service}        histogram, 5 ms to 10 min; and its _max
 * penstock_first_byte_seconds{service}              histogram, the same; of requests that a backend answered
 * penstock_request_bytes_total{service}             of bodies
 * penstock_response_bytes_total{service}
 * penstock_limit_decisions_total{service,decision}  allowed | delayed | refused | would_refuse
 * penstock_limiter_degraded                         1 while a shared limiter is away, else 0
 * penstock_auth_requests_total{service,result,cache}  allowed | denied | unavailable; hit | miss | none
 * penstock_queue_in_flight{service}                 of services with concurrency: permits held
 * penstock_queue_waiting{service}
 * penstock_queue_requests_total{service,outcome}    granted | full | timed_out | left | unavailable
 * penstock_queue_wait_seconds{service}              histogram, 1 ms to 10 min; of requests that were let in or waited
 * penstock_connections{listener}                    open client connections
 * penstock_connections_rejected_total{reason}       see {@link ConnectionRejection}
 * penstock_upstream_connections_opened_total
 * penstock_upstream_connect_failures_total{service}
 * penstock_config_reloads_total{result}             success | failure
 * penstock_config_timestamp_seconds                 when the running configuration was taken; 0 before the first
 * penstock_certificate_expiry_timestamp_seconds{certificate}
 * penstock_overloaded                               1 while requests are refused for want of memory, else 0
 * penstock_access_log_dropped_total
 * penstock_netty_direct_memory_bytes
 * jvm_*, process_*, system_cpu_*                    of the JVM, as Micrometer names them
 * </pre>
 *
 * <p>The series of a service appear with its first request, those with a label beside the service
 * with its first event, the two of a queue's state with the queue; all go with the service.
 */
public final class ProxyMetrics implements AutoCloseable {
  private final PrometheusMeterRegistry registry;
  private final Map<String, RouteMeter> routes = new ConcurrentHashMap<>();
  private final Map<String, ListenerMeter> listeners = new ConcurrentHashMap<>();
  private final AtomicLong limiterDegraded = new AtomicLong();
  private final AtomicLong overloaded = new AtomicLong();
  private final AtomicLong configTimestamp = new AtomicLong();
  private final LazyCounters<ConnectionRejection> rejections;
  private final Counter upstreamConnections;
  private final Counter reloads;
  private final Counter failedReloads;
  private final CertificateMeters certificates;
  private @Nullable PlatformMeters platform;

  public ProxyMetrics() {
    registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    // Two meters of one name with other labels are a fault of this program: say so in its tests.
    registry.throwExceptionOnRegistrationFailure();
    rejections = new LazyCounters<>(this::rejection);
    upstreamConnections =
        Counter.builder("penstock.upstream.connections.opened")
            .description("Connections to backends")
            .register(registry);
    reloads = reloads("success");
    failedReloads = reloads("failure");
    certificates = new CertificateMeters(registry);
    gauge("penstock.limiter.degraded", "1 while a shared limiter is away", limiterDegraded, "");
    gauge("penstock.overloaded", "1 while requests are refused for want of memory", overloaded, "");
    gauge(
        "penstock.config.timestamp",
        "When the running configuration was taken",
        configTimestamp,
        "seconds");
  }

  /**
   * The meter of a service, made with the first call.
   *
   * @param service {@code namespace/name}
   */
  public RouteMeter route(String service) {
    return routes.computeIfAbsent(service, name -> new RouteMeter(registry, name));
  }

  /** The meter of requests that no route matched. */
  public RouteMeter unrouted() {
    return route("");
  }

  /** Removes all services but these (and the unrouted), once a configuration runs or is refused. */
  public void retainRoutes(Set<String> services) {
    for (var name : List.copyOf(routes.keySet())) {
      if (!name.isEmpty() && !services.contains(name)) {
        Optional.ofNullable(routes.remove(name)).ifPresent(RouteMeter::retire);
      }
    }
  }

  /**
   * The meter of a listener, made with the first call.
   *
   * @param name from the configuration, such as {@code https}
   */
  public ListenerMeter listener(String name) {
    return listeners.computeIfAbsent(name, this::newListener);
  }

  public void connectionRejected(ConnectionRejection reason) {
    rejections.increment(reason);
  }

  public void upstreamConnectionOpened() {
    upstreamConnections.increment();
  }

  /** Notes whether limits hold in this process alone though they should be shared. */
  public void limiterDegraded(boolean degraded) {
    limiterDegraded.set(degraded ? 1 : 0);
  }

  /** Notes whether requests are refused for want of memory. */
  public void shedding(boolean on) {
    overloaded.set(on ? 1 : 0);
  }

  /** Counts a configuration that now runs. */
  public void configReloaded(Instant at) {
    reloads.increment();
    configTimestamp.set(at.getEpochSecond());
  }

  /** Counts a configuration that was refused. */
  public void configRefused() {
    failedReloads.increment();
  }

  /** Replaces what is known of certificates by those in use now, by name. */
  public void certificates(Map<String, Instant> expiryByName) {
    certificates.replace(expiryByName);
  }

  /** Shows how many lines the access log drops. Called once. */
  public void observe(AccessLog log) {
    // The function holds the log: Micrometer's own reference to its argument is weak.
    FunctionCounter.builder("penstock.access.log.dropped", registry, ignored -> log.dropped())
        .description("Access log lines that were not written")
        .register(registry);
  }

  /**
   * Begins to observe the JVM. Takes some hundred milliseconds in a cold JVM, so it is kept out of
   * the constructor: called after the start, and at the latest by the first scrape.
   */
  public synchronized void observePlatform() {
    if (platform == null) {
      platform = new PlatformMeters(registry);
    }
  }

  /**
   * All metrics now.
   *
   * @param accept the value of the request's {@code Accept} field, or empty
   */
  public Scrape scrape(String accept) {
    observePlatform();
    var contentType = Scrape.contentTypeFor(accept);
    var body = new ByteArrayOutputStream(16 << 10);
    try {
      registry.scrape(body, contentType);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write metrics to memory", e);
    }
    return new Scrape(contentType, body.toByteArray());
  }

  /** Where other parts add meters of their own. */
  public MeterRegistry registry() {
    return registry;
  }

  @Override
  public synchronized void close() {
    if (platform != null) {
      platform.close();
    }
    registry.close();
  }

  private ListenerMeter newListener(String name) {
    var meter = new ListenerMeter();
    Gauge.builder("penstock.connections", meter, ListenerMeter::open)
        .description("Open client connections")
        .tag("listener", name)
        .strongReference(true)
        .register(registry);
    return meter;
  }

  private Counter rejection(ConnectionRejection reason) {
    return Counter.builder("penstock.connections.rejected")
        .description("Client connections closed before their first request")
        .tag("reason", reason.label())
        .register(registry);
  }

  private Counter reloads(String result) {
    return Counter.builder("penstock.config.reloads")
        .description("Configurations taken or refused")
        .tag("result", result)
        .register(registry);
  }

  private void gauge(String name, String description, AtomicLong value, String unit) {
    Gauge.builder(name, value, AtomicLong::get)
        .description(description)
        .baseUnit(unit.isEmpty() ? null : unit)
        .strongReference(true)
        .register(registry);
  }
}

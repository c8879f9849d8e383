package dev.penstock.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProxyMetricsTest {
  private final ProxyMetrics metrics = new ProxyMetrics();

  @AfterEach
  void close() {
    metrics.close();
  }

  @Test
  void aFreshProxyShowsItsNeutralValues() {
    assertEquals(
        List.of(
            "penstock_config_reloads_total{result=\"failure\"} 0.0",
            "penstock_config_reloads_total{result=\"success\"} 0.0",
            "penstock_config_timestamp_seconds 0.0",
            "penstock_limiter_degraded 0.0",
            "penstock_overloaded 0.0",
            "penstock_upstream_connections_opened_total 0.0"),
        penstock().stream().filter(line -> !line.startsWith("penstock_netty")).toList());
  }

  @Test
  void aRequestIsCountedInEverySeriesOfItsService() {
    var route = metrics.route("ai/whisper-stt");
    route.enter();
    route.enter();
    route.record(Facts.plain());
    route.leave();
    route.record(Facts.plain().withOutcome(429, "rate_limited", -1, false));
    route.record(Facts.plain().withOutcome(429, "rate_limited", -1, false));
    assertEquals(
        List.of(
            "penstock_first_byte_seconds_count{service=\"ai/whisper-stt\"} 1",
            "penstock_first_byte_seconds_max{service=\"ai/whisper-stt\"} 0.25",
            "penstock_first_byte_seconds_sum{service=\"ai/whisper-stt\"} 0.25",
            "penstock_request_bytes_total{service=\"ai/whisper-stt\"} 144639.0",
            "penstock_request_duration_seconds_count{service=\"ai/whisper-stt\"} 3",
            "penstock_request_duration_seconds_max{service=\"ai/whisper-stt\"} 1.5",
            "penstock_request_duration_seconds_sum{service=\"ai/whisper-stt\"} 4.5",
            "penstock_requests_in_flight{service=\"ai/whisper-stt\"} 1.0",
            "penstock_requests_total"
                + "{code=\"200\",reason=\"none\",service=\"ai/whisper-stt\"} 1.0",
            "penstock_requests_total"
                + "{code=\"429\",reason=\"rate_limited\",service=\"ai/whisper-stt\"} 2.0",
            "penstock_response_bytes_total{service=\"ai/whisper-stt\"} 3612.0",
            "penstock_upstream_connect_failures_total{service=\"ai/whisper-stt\"} 0.0"),
        of("ai/whisper-stt").stream().filter(line -> !line.contains("_bucket")).toList());
  }

  @Test
  void servicesThatNeverSawARequestHaveNoSeries() {
    for (int i = 0; i < 5_000; i++) {
      metrics.route("ai/s" + i).withoutQueue();
    }
    metrics.route("ai/s7").record(Facts.plain());
    assertTrue(metrics.scrape("").body().length < 30_000);
    assertFalse(of("ai/s7").isEmpty());
    assertEquals(List.of(), of("ai/s8"));
  }

  @Test
  void aQueueShowsWhatToScaleByFromTheStartAndTheRestWithItsFirstRequest() {
    var queue = metrics.route("ai/gpu").queue();
    assertEquals(
        List.of(
            "penstock_queue_in_flight{service=\"ai/gpu\"} 0.0",
            "penstock_queue_waiting{service=\"ai/gpu\"} 0.0"),
        of("ai/gpu"));
    queue.record(QueueOutcome.GRANTED, 5);
    assertHas(
        of("ai/gpu"), "penstock_queue_requests_total{outcome=\"granted\",service=\"ai/gpu\"} 1.0");
    assertHas(of("ai/gpu"), "penstock_queue_wait_seconds_count{service=\"ai/gpu\"} 1");
    metrics.route("ai/gpu").withoutQueue();
    queue.record(QueueOutcome.GRANTED, 5);
    assertEquals(List.of(), of("ai/gpu"));
  }

  @Test
  void theHistogramsReachFromMillisecondsToTenMinutes() {
    metrics.route("ai/x").record(Facts.plain());
    var bounds =
        of("ai/x").stream()
            .filter(line -> line.startsWith("penstock_request_duration_seconds_bucket"))
            .map(line -> line.replaceAll(".*le=\"([^\"]*)\".* (\\d+)$", "$1=$2"))
            .toList();
    assertEquals(
        Set.of(
            "0.005=0", "0.01=0", "0.025=0", "0.05=0", "0.1=0", "0.25=0", "0.5=0", "1.0=0", "2.5=1",
            "5.0=1", "10.0=1", "30.0=1", "60.0=1", "120.0=1", "300.0=1", "600.0=1", "+Inf=1"),
        Set.copyOf(bounds));
  }

  @Test
  void decisionsAuthenticationsAndFailuresAppearWithTheirFirstEvent() {
    var route = metrics.route("ai/llm");
    for (var decision : LimitDecision.values()) {
      route.limited(decision);
    }
    route.limited(LimitDecision.REFUSED);
    route.authenticated(AuthResult.ALLOWED, CacheUse.HIT);
    route.authenticated(AuthResult.UNAVAILABLE, CacheUse.NONE);
    route.connectFailed();
    assertEquals(
        List.of(
            "penstock_auth_requests_total"
                + "{cache=\"hit\",result=\"allowed\",service=\"ai/llm\"} 1.0",
            "penstock_auth_requests_total"
                + "{cache=\"none\",result=\"unavailable\",service=\"ai/llm\"} 1.0",
            "penstock_limit_decisions_total{decision=\"allowed\",service=\"ai/llm\"} 1.0",
            "penstock_limit_decisions_total{decision=\"delayed\",service=\"ai/llm\"} 1.0",
            "penstock_limit_decisions_total{decision=\"refused\",service=\"ai/llm\"} 2.0",
            "penstock_limit_decisions_total{decision=\"would_refuse\",service=\"ai/llm\"} 1.0",
            "penstock_upstream_connect_failures_total{service=\"ai/llm\"} 1.0"),
        of("ai/llm").stream()
            .filter(line -> line.matches("penstock_(auth|limit|upstream).*"))
            .toList());
  }

  @Test
  void connectionsConfigurationAndCertificatesAreShown() {
    metrics.listener("https").opened();
    metrics.listener("https").opened();
    metrics.listener("https").closed();
    metrics.connectionRejected(ConnectionRejection.MAX_CONNECTIONS_PER_CLIENT);
    metrics.upstreamConnectionOpened();
    metrics.limiterDegraded(true);
    metrics.configReloaded(Instant.ofEpochSecond(1_700_000_000));
    metrics.configRefused();
    metrics.certificates(Map.of("ai/ai-tls", Instant.ofEpochSecond(1_800_000_000)));
    var lines = penstock();
    assertHas(lines, "penstock_connections{listener=\"https\"} 1.0");
    assertHas(
        lines, "penstock_connections_rejected_total{reason=\"max_connections_per_client\"} 1.0");
    assertHas(lines, "penstock_upstream_connections_opened_total 1.0");
    assertHas(lines, "penstock_limiter_degraded 1.0");
    assertHas(lines, "penstock_config_reloads_total{result=\"success\"} 1.0");
    assertHas(lines, "penstock_config_reloads_total{result=\"failure\"} 1.0");
    assertHas(lines, "penstock_config_timestamp_seconds 1.7E9");
    assertHas(
        lines, "penstock_certificate_expiry_timestamp_seconds{certificate=\"ai/ai-tls\"} 1.8E9");
  }

  @Test
  void aCertificateThatIsGoneIsNoLongerShown() {
    metrics.certificates(Map.of("a", Instant.EPOCH, "b", Instant.EPOCH));
    metrics.certificates(Map.of("b", Instant.ofEpochSecond(5)));
    assertEquals(
        List.of("penstock_certificate_expiry_timestamp_seconds{certificate=\"b\"} 5.0"),
        penstock().stream().filter(line -> line.contains("certificate=")).toList());
  }

  @Test
  void aRetiredServiceLeavesNoSeriesEvenWhenItsRequestsEndLate() {
    var kept = metrics.route("ai/kept");
    var gone = metrics.route("ai/gone");
    gone.enter();
    gone.record(Facts.plain());
    gone.limited(LimitDecision.ALLOWED);
    kept.record(Facts.plain());
    metrics.unrouted().record(Facts.plain().withOutcome(404, "no_route", -1, false));

    metrics.retainRoutes(Set.of("ai/kept"));
    gone.record(Facts.plain().withOutcome(502, "upstream_closed", -1, false));
    gone.record(Facts.plain());
    gone.connectFailed();
    gone.authenticated(AuthResult.DENIED, CacheUse.NONE);
    gone.leave();

    assertEquals(List.of(), of("ai/gone"));
    assertSame(kept, metrics.route("ai/kept"));
    assertFalse(of("ai/kept").isEmpty());
    assertHas(
        penstock(), "penstock_requests_total{code=\"404\",reason=\"no_route\",service=\"\"} 1.0");
  }

  @Test
  void aServiceThatComesBackCountsAnew() {
    var before = metrics.route("ai/llm");
    before.record(Facts.plain());
    metrics.retainRoutes(Set.of());
    var after = metrics.route("ai/llm");
    assertNotSame(before, after);
    after.record(Facts.plain());
    assertHas(
        of("ai/llm"),
        "penstock_requests_total{code=\"200\",reason=\"none\",service=\"ai/llm\"} 1.0");
  }

  @Test
  void aBackendCannotMakeSeriesWithoutEnd() {
    var route = metrics.route("ai/odd");
    for (int status = 100; status < 1_000; status++) {
      route.record(Facts.plain().withOutcome(status, "none", -1, false));
    }
    var requests =
        of("ai/odd").stream().filter(line -> line.startsWith("penstock_requests_total")).toList();
    assertEquals(129, requests.size());
    assertHas(
        requests,
        "penstock_requests_total{code=\"other\",reason=\"none\",service=\"ai/odd\"} 772.0");
  }

  @Test
  void manyThreadsCountEveryRequestOnce() throws InterruptedException {
    var route = metrics.route("ai/busy");
    var threads = new ArrayList<Thread>();
    for (int t = 0; t < 4; t++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 0; i < 5_000; i++) {
                      route.enter();
                      route.record(Facts.plain().withOutcome(200 + i % 50, "none", 1, false));
                      route.leave();
                    }
                  }));
    }
    for (var thread : threads) {
      thread.join();
    }
    var lines = of("ai/busy");
    assertEquals(
        50, lines.stream().filter(l -> l.matches("penstock_requests_total.* 400\\.0")).count());
    assertHas(lines, "penstock_request_duration_seconds_count{service=\"ai/busy\"} 20000");
    assertHas(lines, "penstock_requests_in_flight{service=\"ai/busy\"} 0.0");
  }

  @Test
  void recordingMakesNoObjects() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    var route = metrics.route("ai/llm");
    var facts = Facts.plain();
    recordTimes(route, facts, 20_000);
    long before = threads.getCurrentThreadAllocatedBytes();
    recordTimes(route, facts, 20_000);
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(bytes < 100_000, "allocated " + bytes);
  }

  @Test
  void droppedLinesOfTheAccessLogAreShown() {
    var log = AccessLog.to(new ByteArrayOutputStream());
    metrics.observe(log);
    log.close();
    log.log(Facts.plain());
    assertHas(penstock(), "penstock_access_log_dropped_total 1.0");
  }

  @Test
  void theJvmAndNettyAreShown() {
    var names = Set.copyOf(lines().stream().map(line -> line.split("[ {]", 2)[0]).toList());
    assertTrue(
        names.containsAll(
            Set.of(
                "jvm_memory_used_bytes",
                "jvm_gc_memory_allocated_bytes_total",
                "jvm_threads_live_threads",
                "process_uptime_seconds",
                "penstock_netty_direct_memory_bytes")),
        names.toString());
  }

  @Test
  void theFormatFollowsWhatIsAccepted() {
    var prometheus = "text/plain; version=0.0.4; charset=utf-8";
    var open = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    assertEquals(prometheus, metrics.scrape("").contentType());
    assertEquals(prometheus, metrics.scrape("*/*").contentType());
    assertEquals(
        prometheus,
        metrics
            .scrape("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily")
            .contentType());
    var scrape = metrics.scrape("application/openmetrics-text;version=1.0.0,text/plain;q=0.5");
    assertEquals(open, scrape.contentType());
    assertTrue(new String(scrape.body(), StandardCharsets.UTF_8).endsWith("# EOF\n"));
  }

  private static void recordTimes(RouteMeter route, Facts facts, int times) {
    for (int i = 0; i < times; i++) {
      route.enter();
      route.record(facts);
      route.limited(LimitDecision.ALLOWED);
      route.leave();
    }
  }

  private List<String> of(String service) {
    return penstock().stream()
        .filter(line -> line.contains("service=\"" + service + "\""))
        .toList();
  }

  private List<String> penstock() {
    return lines().stream().filter(line -> line.startsWith("penstock_")).sorted().toList();
  }

  private List<String> lines() {
    return new String(metrics.scrape("").body(), StandardCharsets.UTF_8).lines().toList();
  }

  private static void assertHas(List<String> lines, String line) {
    assertTrue(lines.contains(line), () -> line + " is not in\n" + String.join("\n", lines));
  }
}

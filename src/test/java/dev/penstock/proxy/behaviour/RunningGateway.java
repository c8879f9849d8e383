package dev.penstock.proxy.behaviour;

import dev.penstock.config.FileSnapshot;
import dev.penstock.config.manifest.LoadedManifests;
import dev.penstock.config.manifest.ManifestLoader;
import dev.penstock.model.Certificate;
import dev.penstock.model.GatewayConfig;
import dev.penstock.model.Tls;
import dev.penstock.ops.AccessLog;
import dev.penstock.ops.ProxyMetrics;
import dev.penstock.proxy.ConfigRefusedException;
import dev.penstock.proxy.ProxyOptions;
import dev.penstock.proxy.ProxyServer;
import dev.penstock.proxy.ProxyStartException;
import dev.penstock.proxy.overload.MemoryGauge;
import dev.penstock.proxy.upstream.Resolver;
import dev.penstock.testing.Await;
import dev.penstock.testing.TestCertificates;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** The real proxy on loopback, serving manifests as a user writes them. */
final class RunningGateway implements AutoCloseable {

  private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
  private final AccessLog log = AccessLog.to(logged);
  private final ProxyMetrics metrics = new ProxyMetrics();
  private final AtomicLong clockOffset = new AtomicLong();
  private final ProxyServer server;

  private RunningGateway(GatewayConfig config, Resolver resolver, List<MemoryGauge> memory) {
    LongSupplier clock = () -> System.nanoTime() + clockOffset.get();
    var loopback = InetAddress.getLoopbackAddress();
    var options =
        new ProxyOptions(
            loopback, 0, 0, OptionalInt.empty(), log, metrics, clock, 2, resolver, memory);
    try {
      server = ProxyServer.start(options, config);
    } catch (ProxyStartException | ConfigRefusedException e) {
      throw new AssertionError(e);
    }
  }

  /** Serves the manifests; a gateway that terminates TLS gets a certificate for localhost. */
  static RunningGateway serving(String manifests) {
    return serving(manifests, Resolver.system());
  }

  /** The same, with names of backends resolved by a test. */
  static RunningGateway serving(String manifests, Resolver resolver) {
    return new RunningGateway(config(manifests), resolver, MemoryGauge.ofThisProcess());
  }

  /** The same, with the memory that a test says there is. */
  static RunningGateway serving(String manifests, MemoryGauge memory) {
    return new RunningGateway(config(manifests), Resolver.system(), List.of(memory));
  }

  /** What the manifests come to; fails the test when they have a problem. */
  static GatewayConfig config(String manifests) {
    var file = new FileSnapshot.File(Path.of("test.yaml"), manifests);
    LoadedManifests loaded = new ManifestLoader().load(new FileSnapshot(List.of(file), List.of()));
    if (!loaded.problems().isEmpty() || loaded.gateways().size() != 1) {
      throw new AssertionError("bad manifests: " + loaded.problems());
    }
    GatewayConfig config = loaded.gateways().getFirst();
    return config.tls().mode() == Tls.Mode.TERMINATE && config.tls().certificates().isEmpty()
        ? config.withTls(selfSigned(config.tls()))
        : config;
  }

  private static Tls selfSigned(Tls tls) {
    Certificate certificate =
        TestCertificates.named("localhost", "127.0.0.1").issue().as("localhost");
    return tls.withCertificates(List.of(certificate));
  }

  void apply(String manifests) throws ConfigRefusedException {
    server.apply(config(manifests));
  }

  ProxyServer server() {
    return server;
  }

  ProxyMetrics metrics() {
    return metrics;
  }

  int httpPort() {
    return server.httpAddress().orElseThrow().getPort();
  }

  int httpsPort() {
    return server.httpsAddress().orElseThrow().getPort();
  }

  /** Lets limits and caches believe that time has passed. */
  void advance(Duration time) {
    clockOffset.addAndGet(time.toNanos());
  }

  /** Waits until the service has just that many requests under way. */
  void awaitInFlight(String service, int count) {
    String series = "penstock_requests_in_flight{service=\"" + service + "\"}";
    Await.until(count + " requests in flight at " + service, () -> metric(series) == count);
  }

  /** Waits until the access log has that many lines, and returns that which began last. */
  LoggedRequest awaitLogged(int lines) {
    Await.until(
        lines + " lines in the access log",
        () -> logged.toString(StandardCharsets.UTF_8).lines().count() >= lines);
    return LoggedRequest.of(inOrder(logged.toString(StandardCharsets.UTF_8)).get(lines - 1));
  }

  /**
   * The lines by the time that each starts with, which is when its request began: each event loop
   * writes lines of its own. Those of one millisecond stay as they were written.
   */
  static List<String> inOrder(String log) {
    return log.lines().sorted(Comparator.comparing(line -> line.split(",", 2)[0])).toList();
  }

  /** The value of a line of the metrics; 0 when it is not there. */
  double metric(String series) {
    String page = new String(metrics.scrape("").body(), StandardCharsets.UTF_8);
    return page.lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElse(0);
  }

  /** The access log so far; requests that ended are in it after this closed the log. */
  String closeAndReadLog() {
    close();
    return logged.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    server.close();
    log.close();
    metrics.close();
  }
}

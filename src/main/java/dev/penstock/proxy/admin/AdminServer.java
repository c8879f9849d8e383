package dev.penstock.proxy.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.penstock.ops.ProxyMetrics;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@code /healthz}, {@code /readyz}, {@code /metrics} and {@code /config} in plain text,
 * apart from the event loops: the JDK's own server on virtual threads. It has no TLS and no login:
 * bind it where only operators and probes reach it.
 */
public final class AdminServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);

  /**
   * The bounds of the JDK's server, which only system properties set; those given on the command
   * line win. Times are in seconds.
   */
  private static final Map<String, String> BOUNDS =
      Map.of(
          "jdk.httpserver.maxConnections", "256",
          "sun.net.httpserver.nodelay", "true",
          "sun.net.httpserver.maxIdleConnections", "64",
          "sun.net.httpserver.idleInterval", "30",
          "sun.net.httpserver.maxReqHeaders", "100",
          "sun.net.httpserver.maxReqHeaderSize", "16384",
          "sun.net.httpserver.maxReqTime", "10",
          "sun.net.httpserver.maxRspTime", "60");

  private static final String INDEX =
      """
      Penstock admin
      /healthz  200 while the process lives
      /readyz   200 while it takes requests, else 503
      /metrics  for Prometheus
      /config   the running configuration, without secrets
      """;

  private final HttpServer server;
  private final ExecutorService threads;
  private final Supplier<Readiness> readiness;
  private final Supplier<String> config;
  private final ProxyMetrics metrics;

  private AdminServer(
      HttpServer server,
      Supplier<Readiness> readiness,
      Supplier<String> config,
      ProxyMetrics metrics) {
    this.server = server;
    this.threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("admin-", 0).factory());
    this.readiness = readiness;
    this.config = config;
    this.metrics = metrics;
  }

  /**
   * Starts to serve.
   *
   * @param address port 0 takes a free one
   * @param config the running configuration as JSON, without secrets
   * @throws IOException when the address cannot be bound
   */
  public static AdminServer start(
      InetSocketAddress address,
      Supplier<Readiness> readiness,
      Supplier<String> config,
      ProxyMetrics metrics)
      throws IOException {
    BOUNDS.forEach(System.getProperties()::putIfAbsent);
    var admin = new AdminServer(HttpServer.create(address, 0), readiness, config, metrics);
    admin.server.createContext("/", admin::serve);
    admin.server.setExecutor(admin.threads);
    admin.server.start();
    return admin;
  }

  /** Where it listens, with the port that was taken. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  /** Ends at once; open connections are closed. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      send(exchange, answer(exchange));
    }
  }

  private Page answer(HttpExchange exchange) {
    var method = exchange.getRequestMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      exchange.getResponseHeaders().set("Allow", "GET, HEAD");
      return Page.text(405, "Only GET and HEAD\n");
    }
    try {
      return page(exchange);
    } catch (RuntimeException e) {
      LOG.error("Admin page {} failed", exchange.getRequestURI(), e);
      return Page.text(500, "The page cannot be made; the log says why\n");
    }
  }

  private Page page(HttpExchange exchange) {
    var path = Objects.requireNonNullElse(exchange.getRequestURI().getRawPath(), "");
    return switch (path) {
      case "/" -> Page.text(200, INDEX);
      case "/healthz" -> Page.text(200, "ok\n");
      case "/readyz" -> ready(readiness.get());
      case "/metrics" -> scrape(exchange);
      case "/config" -> Page.json(config.get());
      default -> Page.text(404, "No such page; / lists them\n");
    };
  }

  private static Page ready(Readiness readiness) {
    var text = new StringBuilder(readiness.ready() ? "ready\n" : "not ready\n");
    readiness.details().forEach(line -> text.append(line).append('\n'));
    return Page.text(readiness.ready() ? 200 : 503, text.toString());
  }

  private Page scrape(HttpExchange exchange) {
    var accept = exchange.getRequestHeaders().getOrDefault("Accept", List.of());
    var scrape = metrics.scrape(String.join(",", accept));
    return new Page(200, scrape.contentType(), scrape.body());
  }

  private static void send(HttpExchange exchange, Page page) throws IOException {
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", page.contentType());
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    if (exchange.getRequestMethod().equals("HEAD")) {
      headers.set("Content-Length", Integer.toString(page.body().length));
      exchange.sendResponseHeaders(page.status(), -1);
    } else {
      exchange.sendResponseHeaders(page.status(), page.body().length);
      exchange.getResponseBody().write(page.body());
    }
  }
}

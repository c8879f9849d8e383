package dev.penstock.proxy.admin;

import com.sun.net.httpserver.HttpExchange;
import dev.penstock.ops.ProxyMetrics;
import dev.penstock.ops.page.Page;
import dev.penstock.ops.page.PageServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Serves {@code /healthz}, {@code /readyz}, {@code /metrics} and {@code /config} in plain text. It
 * has no TLS and no login: bind it where only operators and probes reach it.
 */
public final class AdminServer implements AutoCloseable {

  private static final String INDEX =
      """
      Penstock admin
      /healthz  200 while the process lives
      /readyz   200 while it takes requests, else 503
      /metrics  for Prometheus
      /config   the running configuration, without secrets
      """;

  private final PageServer server;
  private final Supplier<Readiness> readiness;
  private final Supplier<String> config;
  private final ProxyMetrics metrics;

  private AdminServer(
      InetSocketAddress address,
      Supplier<Readiness> readiness,
      Supplier<String> config,
      ProxyMetrics metrics)
      throws IOException {
    this.readiness = readiness;
    this.config = config;
    this.metrics = metrics;
    this.server = PageServer.start(address, "admin", Optional.empty(), this::answer);
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
    return new AdminServer(address, readiness, config, metrics);
  }

  /** Where it listens, with the port that was taken. */
  public InetSocketAddress address() {
    return server.address();
  }

  /** Ends at once; open connections are closed. */
  @Override
  public void close() {
    server.close();
  }

  private Page answer(HttpExchange exchange) {
    var method = exchange.getRequestMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      exchange.getResponseHeaders().set("Allow", "GET, HEAD");
      return Page.text(405, "Only GET and HEAD\n");
    }
    var path = Objects.requireNonNullElse(exchange.getRequestURI().getRawPath(), "");
    return switch (path) {
      case "/" -> Page.text(200, INDEX);
      case "/healthz" -> Page.text(200, "ok\n");
      case "/readyz" -> ready(readiness.get());
      case "/metrics" -> scrape(exchange);
      case "/config" -> Page.json(200, config.get().getBytes(StandardCharsets.UTF_8));
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
}

package dev.penstock.operator;

import com.sun.net.httpserver.HttpExchange;
import dev.penstock.ops.page.Page;
import dev.penstock.ops.page.PageServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * {@code /healthz}: the process lives. {@code /readyz}: all is read, so that it could lead; a
 * standby is ready, too, or no rollout would ever end. {@code /metrics}: for Prometheus.
 */
final class OperatorAdmin implements AutoCloseable {

  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final PageServer server;
  private final BooleanSupplier ready;
  private final OperatorMetrics metrics;

  private OperatorAdmin(InetSocketAddress address, BooleanSupplier ready, OperatorMetrics metrics)
      throws IOException {
    this.ready = ready;
    this.metrics = metrics;
    this.server = PageServer.start(address, "admin", Optional.empty(), this::answer);
  }

  static OperatorAdmin start(
      InetSocketAddress address, BooleanSupplier ready, OperatorMetrics metrics)
      throws IOException {
    return new OperatorAdmin(address, ready, metrics);
  }

  InetSocketAddress address() {
    return server.address();
  }

  private Page answer(HttpExchange exchange) {
    return switch (exchange.getRequestURI().getPath()) {
      case "/healthz" -> Page.text(200, "ok\n");
      case "/readyz" ->
          ready.getAsBoolean()
              ? Page.text(200, "ready\n")
              : Page.text(503, "not ready: the API server is still being read\n");
      case "/metrics" ->
          new Page(200, PROMETHEUS, metrics.scrape().getBytes(StandardCharsets.UTF_8));
      default -> Page.text(404, "/healthz, /readyz and /metrics are here\n");
    };
  }

  @Override
  public void close() {
    server.close();
  }
}

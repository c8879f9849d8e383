package dev.penstock.operator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/**
 * {@code /healthz}: the process lives. {@code /readyz}: all is read, so that it could lead; a
 * standby is ready, too, or no rollout would ever end. {@code /metrics}: for Prometheus.
 */
final class OperatorAdmin implements AutoCloseable {

  private static final String PLAIN = "text/plain; charset=utf-8";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final HttpServer server;
  private final ExecutorService threads;
  private final BooleanSupplier ready;
  private final OperatorMetrics metrics;

  private OperatorAdmin(HttpServer server, BooleanSupplier ready, OperatorMetrics metrics) {
    this.server = server;
    this.ready = ready;
    this.metrics = metrics;
    this.threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("admin-", 0).factory());
  }

  static OperatorAdmin start(
      InetSocketAddress address, BooleanSupplier ready, OperatorMetrics metrics)
      throws IOException {
    var admin = new OperatorAdmin(HttpServer.create(address, 0), ready, metrics);
    admin.server.createContext("/", admin::serve);
    admin.server.setExecutor(admin.threads);
    admin.server.start();
    return admin;
  }

  InetSocketAddress address() {
    return server.getAddress();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      switch (exchange.getRequestURI().getPath()) {
        case "/healthz" -> send(exchange, 200, PLAIN, "ok\n");
        case "/readyz" -> {
          if (ready.getAsBoolean()) {
            send(exchange, 200, PLAIN, "ready\n");
          } else {
            send(exchange, 503, PLAIN, "not ready: the API server is still being read\n");
          }
        }
        case "/metrics" -> send(exchange, 200, PROMETHEUS, metrics.scrape());
        default -> send(exchange, 404, PLAIN, "/healthz, /readyz and /metrics are here\n");
      }
    }
  }

  private static void send(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}

package dev.penstock.ops.page;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small bounded HTTP server for operators and probes, apart from the event loops: the JDK's own
 * on virtual threads. Who sends slowly is cut off.
 */
public final class PageServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PageServer.class);

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

  /** In bytes: less fits one packet as it is. */
  private static final int WORTH_PACKING = 1400;

  /** One of {@code Accept-Encoding}, without blanks, that is not forbidden by {@code q=0}. */
  private static final Pattern GZIP = Pattern.compile("gzip(;q=(?!0(\\.0*)?$).*)?");

  private final HttpServer server;
  private final ExecutorService threads;
  private final Pages pages;

  /** What is served; called on a thread of its own for each request. */
  @FunctionalInterface
  public interface Pages {
    Page answer(HttpExchange exchange) throws IOException;
  }

  private PageServer(HttpServer server, String name, Pages pages) {
    this.server = server;
    this.threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(name + "-", 0).factory());
    this.pages = pages;
  }

  /**
   * Starts to serve.
   *
   * @param address port 0 takes a free one
   * @param name of its threads
   * @param tls absent: plain text
   * @throws IOException when the address cannot be bound
   */
  public static PageServer start(
      InetSocketAddress address, String name, Optional<HttpsConfigurator> tls, Pages pages)
      throws IOException {
    BOUNDS.forEach(System.getProperties()::putIfAbsent);
    var started = new PageServer(create(address, tls), name, pages);
    started.server.createContext("/", started::serve);
    started.server.setExecutor(started.threads);
    started.server.start();
    return started;
  }

  private static HttpServer create(InetSocketAddress address, Optional<HttpsConfigurator> tls)
      throws IOException {
    if (tls.isEmpty()) {
      return HttpServer.create(address, 0);
    }
    HttpsServer server = HttpsServer.create(address, 0);
    server.setHttpsConfigurator(tls.get());
    return server;
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

  private Page answer(HttpExchange exchange) throws IOException {
    try {
      return pages.answer(exchange);
    } catch (RuntimeException e) {
      LOG.error("Page {} failed", exchange.getRequestURI(), e);
      return Page.text(500, "The page cannot be made; the log says why\n");
    }
  }

  private static void send(HttpExchange exchange, Page page) throws IOException {
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", page.contentType());
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    if (exchange.getRequestMethod().equals("HEAD")) {
      headers.set("Content-Length", Integer.toString(page.body().length));
      exchange.sendResponseHeaders(page.status(), -1);
      return;
    }
    byte[] body = page.body();
    if (body.length >= WORTH_PACKING) {
      headers.set("Vary", "Accept-Encoding");
      if (takesGzip(exchange)) {
        headers.set("Content-Encoding", "gzip");
        body = packed(body);
      }
    }
    exchange.sendResponseHeaders(page.status(), body.length);
    exchange.getResponseBody().write(body);
  }

  /** RFC 9110 section 12.5.3; Prometheus says so with every scrape. */
  private static boolean takesGzip(HttpExchange exchange) {
    return exchange.getRequestHeaders().getOrDefault("Accept-Encoding", List.of()).stream()
        .flatMap(field -> Stream.of(field.split(",", -1)))
        .map(coding -> coding.replace(" ", "").toLowerCase(Locale.ROOT))
        .anyMatch(GZIP.asMatchPredicate());
  }

  /** Metrics of thousands of services are megabytes that say the same again and again. */
  private static byte[] packed(byte[] body) throws IOException {
    var packed = new ByteArrayOutputStream(body.length / 8);
    try (var gzip = new FastGzip(packed)) {
      gzip.write(body);
    }
    return packed.toByteArray();
  }

  private static final class FastGzip extends GZIPOutputStream {

    FastGzip(OutputStream out) throws IOException {
      super(out, 16 << 10);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }
}

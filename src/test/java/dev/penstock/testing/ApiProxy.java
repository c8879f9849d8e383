package dev.penstock.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Stands between an operator and the API server: counts what is written, and fails as it is told.
 * An operator whose connections all break after a write has, for the cluster, died there.
 */
public final class ApiProxy implements AutoCloseable {

  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection", "content-length", "host", "transfer-encoding", "upgrade", "http2-settings");

  /** How a watch ends of which the server has forgotten what comes next. */
  private static final String EXPIRED =
      """
      {"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","status":"Failure",\
      "message":"too old resource version","reason":"Expired","code":410}}
      """;

  private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");

  private final List<String> writes = new CopyOnWriteArrayList<>();
  private final List<Fault> faults = new CopyOnWriteArrayList<>();
  private final Set<InputStream> watches = ConcurrentHashMap.newKeySet();
  private final AtomicInteger leases = new AtomicInteger();
  private final AtomicInteger writesToLive = new AtomicInteger(Integer.MAX_VALUE);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;
  private final HttpClient client;
  private final URI target;
  private volatile boolean watchable = true;
  private volatile boolean disordered;
  private volatile boolean expiring;

  /** An answer in place of the API server's. */
  private record Fault(Predicate<String> request, int status, AtomicInteger times) {}

  private ApiProxy(HttpServer server, HttpClient client, URI target) {
    this.server = server;
    this.client = client;
    this.target = target;
  }

  /** One before the API server of the tests. */
  public static ApiProxy before(ApiServer api) {
    try {
      Config config = Config.fromKubeconfig(api.kubeconfig().toFile());
      var client =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .sslContext(SSLUtils.sslContext(config))
              .build();
      var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      var proxy = new ApiProxy(server, client, URI.create(config.getMasterUrl()));
      server.setExecutor(proxy.threads);
      server.createContext("/", proxy::handle);
      server.start();
      return proxy;
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** One whose requests come this way; to be closed by who asks. */
  public KubernetesClient newClient() {
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder(Config.empty())
                .withMasterUrl(url())
                .withRequestRetryBackoffLimit(0) // a fault is the operator's to bear
                .build())
        .build();
  }

  /** All that was written so far but leases, such as {@code POST /api/v1/namespaces/a/secrets}. */
  public List<String> writes() {
    return List.copyOf(writes);
  }

  /** How many requests for leases there were, by which operators agree who leads. */
  public int leases() {
    return leases.get();
  }

  /** After so many more writes every connection breaks, without the answer of the last one. */
  public void dieAfter(int more) {
    writesToLive.set(more);
  }

  public boolean isDead() {
    return writesToLive.get() <= 0;
  }

  /** Answers so many of the requests, such as {@code "PUT /api/v1/..."}, with a failure. */
  public void refuse(Predicate<String> request, int status, int times) {
    faults.add(new Fault(request, status, new AtomicInteger(times)));
  }

  /** Ends all running watches; new ones are not let through before {@link #watchAgain}. */
  public void cutWatches() {
    watchable = false;
    watches.forEach(ApiProxy::end);
  }

  public void watchAgain() {
    watchable = true;
  }

  /** From now on new watches tell late, out of order and twice. */
  public void disorderWatches() {
    disordered = true;
  }

  /** Ends all running watches, each with the word that what it would tell next is forgotten. */
  public void expireWatches() {
    expiring = true;
    watches.forEach(ApiProxy::end);
    Await.until("all watches to end", watches::isEmpty);
    expiring = false;
  }

  private static void end(InputStream stream) {
    try {
      stream.close();
    } catch (IOException e) {
      // Closed is closed.
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
      if (isDead()) {
        return;
      }
      if (exchange.getRequestHeaders().containsKey("Upgrade")
          && exchange.getRequestHeaders().getFirst("Upgrade").equalsIgnoreCase("websocket")) {
        // The client then watches by a plain response; a 503 it would try again and again first.
        exchange.sendResponseHeaders(200, -1);
        return;
      }
      byte[] body = exchange.getRequestBody().readAllBytes();
      for (Fault fault : faults) {
        if (fault.request().test(request) && fault.times().getAndDecrement() > 0) {
          answer(exchange, fault.status());
          return;
        }
      }
      boolean watch = request.contains("watch=true");
      if (watch && !watchable) {
        return;
      }
      if (request.contains("/leases")) {
        leases.incrementAndGet();
      }
      HttpResponse<InputStream> response = forward(exchange, body);
      if (isWrite(request)) {
        writes.add(request);
        if (writesToLive.getAndUpdate(left -> left == Integer.MAX_VALUE ? left : left - 1) <= 1) {
          watches.forEach(ApiProxy::end);
          return;
        }
      }
      give(exchange, response, watch);
    }
  }

  private static boolean isWrite(String request) {
    return !READS.contains(request.substring(0, request.indexOf(' ')))
        && !request.contains("/leases")
        && !request.contains("authorization.k8s.io");
  }

  private static void answer(HttpExchange exchange, int status) throws IOException {
    byte[] text =
        """
        {"kind":"Status","apiVersion":"v1","status":"Failure","message":"made by the test","code":%d}"""
            .formatted(status)
            .getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, text.length);
    exchange.getResponseBody().write(text);
  }

  private HttpResponse<InputStream> forward(HttpExchange exchange, byte[] body) throws IOException {
    var request =
        HttpRequest.newBuilder(target.resolve(exchange.getRequestURI()))
            .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (!HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
              }
            });
    try {
      return client.send(request.build(), BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private void give(HttpExchange exchange, HttpResponse<InputStream> response, boolean watch)
      throws IOException {
    response
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              if (!HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT))) {
                exchange.getResponseHeaders().put(name, values);
              }
            });
    try (InputStream in = response.body()) {
      if (watch) {
        watches.add(in);
      }
      exchange.sendResponseHeaders(response.statusCode(), 0);
      var out = exchange.getResponseBody();
      out.flush(); // a watch may have nothing to tell for long
      if (watch && disordered) {
        new DisorderedWatch().pass(in, out);
      } else {
        pass(in, out);
      }
      if (watch && expiring) {
        out.write(EXPIRED.getBytes(StandardCharsets.UTF_8));
      }
    } finally {
      watches.remove(response.body());
    }
  }

  /** Until either side ends it. */
  private static void pass(InputStream in, OutputStream out) throws IOException {
    byte[] buffer = new byte[16_384];
    for (int read = read(in, buffer); read >= 0; read = read(in, buffer)) {
      out.write(buffer, 0, read);
      out.flush();
    }
  }

  private static int read(InputStream in, byte[] buffer) {
    try {
      return in.read(buffer);
    } catch (IOException e) {
      return -1; // as a watch is ended here
    }
  }

  @Override
  public void close() {
    writesToLive.set(0);
    watches.forEach(ApiProxy::end);
    server.stop(0);
    threads.shutdownNow();
    client.shutdownNow();
  }
}

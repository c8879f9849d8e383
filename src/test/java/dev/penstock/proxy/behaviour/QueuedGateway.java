package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.testing.Await;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A gateway with one service behind a queue, at {@code /s}, and a backend that does what the path
 * says and never may be asked twice at once. Who calls is what a trusted peer says.
 */
final class QueuedGateway implements AutoCloseable {

  static final String WAITING = "penstock_queue_waiting{service=\"ai/s\"}";
  static final String IN_FLIGHT = "penstock_queue_in_flight{service=\"ai/s\"}";

  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private final List<String> served = new CopyOnWriteArrayList<>();
  private final Semaphore goOn = new Semaphore(0);
  private final AtomicInteger atOnce = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final RawBackend backend = new RawBackend(this::serve);
  private final RunningGateway gateway;

  /**
   * @param concurrency the field's value
   * @param service further fields of the service's spec, each with a comma before it
   */
  QueuedGateway(String concurrency, String service) {
    gateway = RunningGateway.serving(manifests(concurrency, service));
  }

  String manifests(String concurrency, String service) {
    return gatewayManifest()
        + """
        ---
        apiVersion: penstock.dev/v1alpha1
        kind: AIService
        metadata: {name: s, namespace: ai}
        spec: {path: /s, backend: {url: "http://127.0.0.1:%d"}, concurrency: %s%s}
        """
            .formatted(backend.port(), concurrency, service);
  }

  static String gatewayManifest() {
    return """
        apiVersion: penstock.dev/v1alpha1
        kind: AIGateway
        metadata: {name: default, namespace: ai}
        spec:
          tls: {mode: Disabled}
          clientIP: {trustedProxies: [127.0.0.0/8]}
          proxy: {drainTimeout: 300ms}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: keys, namespace: ai, labels: {penstock.dev/api-key: "true"}}
        stringData: {alice: key-of-alice}
        """;
  }

  private void serve(RawBackend.Connection connection) throws Exception {
    for (String request = connection.readRequest();
        request != null;
        request = connection.readRequest()) {
      most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
      String path = request.split(" ", 3)[1];
      served.add(path);
      boolean answers;
      try {
        answers = work(path.substring(1).replaceFirst("\\?.*", ""), connection);
      } finally {
        // Before the answer, for the next request comes as soon as that is seen.
        atOnce.decrementAndGet();
      }
      if (!answers) {
        return;
      }
      connection.send(OK);
    }
  }

  /** Whether the whole answer is now to be sent, and the connection goes on. */
  private boolean work(String what, RawBackend.Connection connection)
      throws IOException, InterruptedException {
    switch (what) {
      case "hold" -> goOn.acquire();
      case "hang" -> connection.awaitEnd();
      case "stream" -> {
        connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
        connection.awaitEnd();
      }
      case "tunnel" -> {
        connection.send(UpgradeArena.SWITCHED.formatted("websocket"));
        connection.awaitEnd();
      }
      case "half" -> connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
      case "garbage" -> connection.send("SSH-2.0-OpenSSH_9.2\r\n\r\n");
      default -> {}
    }
    return what.equals("ok") || what.equals("hold");
  }

  static String get(String path, String... fields) {
    return "GET /s/"
        + path
        + " HTTP/1.1\r\nHost: h\r\n"
        + String.join("", List.of(fields).stream().map(field -> field + "\r\n").toList())
        + "\r\n";
  }

  /** Sends a request for a path of the service, as that client. */
  RawClient ask(String client, String path) {
    return client().send(get(path, "X-Forwarded-For: " + client));
  }

  RawClient client() {
    return new RawClient(gateway.httpPort());
  }

  RunningGateway gateway() {
    return gateway;
  }

  RawBackend backend() {
    return backend;
  }

  /** Paths that reached the backend, in order. */
  List<String> served() {
    return served;
  }

  /** How many were at the backend at once. */
  int most() {
    return most.get();
  }

  /** Lets so many held requests be answered. */
  void goOn(int count) {
    goOn.release(count);
  }

  void awaitServed(int count) {
    Await.until(count + " at the backend", () -> served.size() >= count);
  }

  void awaitWaiting(int count) {
    Await.until(count + " waiting", () -> gateway.metric(WAITING) == count);
  }

  /** Nobody is at the backend or waits, and another request is served. */
  void assertFree() {
    // Between a release and the turn of the next nobody holds a permit, so both at once.
    Await.until(
        "nobody waits or holds a permit",
        () -> gateway.metric(WAITING) == 0 && gateway.metric(IN_FLIGHT) == 0);
    try (var next = ask("192.0.2.200", "ok")) {
      assertEquals("ok", next.read().text());
    }
  }

  @Override
  public void close() {
    gateway.close();
    backend.close();
  }
}

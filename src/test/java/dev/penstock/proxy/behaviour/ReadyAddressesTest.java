package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.model.GatewayConfig;
import dev.penstock.model.Route;
import dev.penstock.model.Upstream;
import dev.penstock.model.Upstream.Endpoint;
import dev.penstock.proxy.ConfigRefusedException;
import dev.penstock.testing.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Backends of a cluster: the addresses that are ready, the name behind them, or none at all. */
class ReadyAddressesTest {

  private static final String MANIFESTS =
      """
      apiVersion: penstock.dev/v1alpha1
      kind: AIGateway
      metadata: {name: default, namespace: ai}
      spec: {tls: {mode: Disabled}}
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: all, namespace: ai}
      spec: {path: /, backend: {url: "http://127.0.0.1:%1$d"}}
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: stt, namespace: ai}
      spec: {path: /stt, backend: {url: "http://127.0.0.1:%1$d"}, auth: {mode: APIKeys, apiKeys: {}}}
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: cold, namespace: ai}
      spec:
        path: /cold
        backend: {url: "http://127.0.0.1:%1$d"}
        concurrency: {maxInFlight: 1, queue: {timeout: 20s}, coldStart: Hold}
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: brief, namespace: ai}
      spec:
        path: /brief
        backend: {url: "http://127.0.0.1:%1$d"}
        concurrency: {maxInFlight: 1, queue: {timeout: 300ms}, coldStart: Hold}
      """;

  private final AtomicInteger lookups = new AtomicInteger();
  private RawBackend backend;
  private RunningGateway gateway;
  private GatewayConfig config;

  @BeforeEach
  void start() {
    backend =
        new RawBackend(
            connection -> {
              while (connection.readRequest() != null) {
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
              }
            });
    config = RunningGateway.config(MANIFESTS.formatted(backend.port()));
    gateway =
        RunningGateway.serving(
            MANIFESTS.formatted(backend.port()),
            host -> {
              lookups.incrementAndGet();
              return List.of(InetAddress.getLoopbackAddress());
            });
  }

  @AfterEach
  void stop() {
    gateway.close();
    backend.close();
  }

  @Test
  void aRouteWithoutABackendKeepsItsRequestsFromShorterPrefixes() throws Exception {
    apply("/stt", upstream -> Upstream.missing());
    assertEquals("503 backend_missing", get("/stt/x", 1));
    assertEquals("200 none", get("/sttx", 2));
  }

  @Test
  void addressesThatAreReadyAreAskedAndTheNameIsNot() throws Exception {
    apply("/", upstream -> named(1, new Endpoint("127.0.0.1", backend.port())));
    assertEquals("200 none", get("/x", 1));
    assertEquals(0, lookups.get());
  }

  @Test
  void theNameIsAskedWhenNoAddressTakesAConnection() throws Exception {
    apply("/", upstream -> named(backend.port(), new Endpoint("127.0.0.1", closedPort())));
    assertEquals("200 none", get("/x", 1));
    assertEquals(1, lookups.get());
  }

  @Test
  void oneAddressThatTakesConnectionsIsEnough() throws Exception {
    apply(
        "/",
        upstream ->
            named(
                1,
                new Endpoint("127.0.0.1", closedPort()),
                new Endpoint("127.0.0.1", backend.port())));
    assertEquals("200 none", get("/x", 1));
    assertEquals("200 none", get("/x", 2));
    assertEquals(0, lookups.get());
  }

  @Test
  void whereNobodyIsReadyAndTheNameLeadsNowhereTheBackendIsUnavailable() throws Exception {
    apply("/", upstream -> named(closedPort()));
    assertEquals("503 backend_not_ready", get("/x", 1));
    assertEquals(1, lookups.get());
  }

  @Test
  void aNameThatLeadsToSomebodyIsBelievedWhoeverWasSaidToBeReady() throws Exception {
    apply("/", upstream -> named(backend.port()));
    assertEquals("200 none", get("/x", 1));
  }

  @Test
  void whereSomebodyIsSaidToBeReadyAndRefusesTheBackendIsAtFault() throws Exception {
    apply("/", upstream -> named(closedPort(), new Endpoint("127.0.0.1", closedPort())));
    assertEquals("502 upstream_unreachable", get("/x", 1));
  }

  @Test
  void aColdStartWaitsUntilTheNameLeadsToSomebody() throws Exception {
    int port = closedPort();
    apply("/cold", upstream -> named(port));
    try (RawClient client = new RawClient(gateway.httpPort())) {
      client.send("GET /cold/x HTTP/1.1\r\nHost: h\r\n\r\n");
      Await.until("it is held", () -> waiting("cold") == 1);
      try (var _ =
          new RawBackend(
              InetAddress.getLoopbackAddress(),
              port,
              connection -> {
                while (connection.readRequest() != null) {
                  connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                }
              })) {
        assertEquals(200, client.read().status());
        assertEquals("200 none", gateway.awaitLogged(1).outcome());
      }
    }
  }

  private double waiting(String service) {
    return gateway.metric("penstock_queue_waiting{service=\"ai/" + service + "\"}");
  }

  @Test
  void aColdStartThatTakesTooLongEndsWithWhatItWaitsFor() throws Exception {
    apply("/brief", upstream -> named(closedPort()));
    assertEquals("503 backend_not_ready", get("/brief/x", 1));
  }

  private static Upstream named(int port, Endpoint... ready) {
    return new Upstream(List.of(new Endpoint("stt.ai.svc", port)), Optional.empty())
        .withReady(List.of(ready));
  }

  private static int closedPort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private String get(String path, int lines) {
    try (RawClient client = new RawClient(gateway.httpPort())) {
      client.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n").read();
      return gateway.awaitLogged(lines).outcome();
    }
  }

  private void apply(String path, UnaryOperator<Upstream> change) throws ConfigRefusedException {
    var routes =
        config.routes().stream()
            .map(route -> route.path().equals(path) ? with(route, change) : route)
            .toList();
    gateway
        .server()
        .apply(
            new GatewayConfig(
                config.name(),
                config.hostnames(),
                config.tls(),
                config.clientIp(),
                config.limits(),
                config.limiter(),
                config.drainTimeout(),
                routes));
  }

  private static Route with(Route route, UnaryOperator<Upstream> change) {
    return new Route(
        route.service(),
        route.hostnames(),
        route.path(),
        route.rewrite(),
        change.apply(route.upstream()),
        route.rateLimit(),
        route.timeouts(),
        route.maxBodySize(),
        route.auth(),
        route.cors(),
        route.concurrency());
  }
}

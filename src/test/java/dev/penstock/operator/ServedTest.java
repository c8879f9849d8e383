package dev.penstock.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.penstock.api.v1alpha1.AIGateway;
import dev.penstock.api.v1alpha1.AIService;
import dev.penstock.testing.ApiServer;
import dev.penstock.testing.Await;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** From {@code kubectl apply} to a client's answer: real API server, operator and proxies. */
class ServedTest {

  @RegisterExtension static final ApiServer API = ApiServer.alone();

  private static final String PLAIN = "tls: {mode: Disabled}";

  @TempDir Path home;

  private final Scene scene = Scene.on(API);

  /** Certificates that are made now are ripe at the real time. */
  private final AtomicReference<Duration> ago = new AtomicReference<>(Duration.ofDays(61));

  private ServingPods pods;
  private PenstockOperator operator;
  private HttpServer backend;

  @BeforeEach
  void start() throws IOException {
    backend = HttpServer.create(new InetSocketAddress(outerAddress(), 0), 50);
    backend.createContext(
        "/",
        exchange -> {
          byte[] answer = ("answer to " + exchange.getRequestURI()).getBytes(UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    backend.start();
    pods = new ServingPods(scene, home);
    InstantSource time = () -> Instant.now().minus(ago.get());
    operator =
        Operators.start(
            API.client(), scene.namespace(), "first", pods, time.withZone(ZoneOffset.UTC));
    scene.gateway("{" + PLAIN + "}");
    scene.awaitGateway("Accepted", "True");
    Await.until(
        "a configuration", () -> scene.get(Secret.class, "penstock-default-config-0") != null);
  }

  @AfterEach
  void stop() {
    operator.close();
    pods.close();
    backend.stop(0);
  }

  @Test
  void whatIsAppliedAnswersClients() throws IOException {
    ServingPod pod = pods.start("proxy-1").ready();
    scene.awaitGateway("Programmed", "True");
    scene.service("a", serving("/a"));
    scene.awaitService("a", "Ready", "True");
    String answer = pod.asked("/a/b?c=d");
    assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
    assertTrue(answer.endsWith("answer to /b?c=d"), answer);

    scene.client().resources(AIService.class).inNamespace(scene.namespace()).delete();
    Await.until("no longer served", () -> pod.asked("/a").startsWith("HTTP/1.1 404"));
  }

  @Test
  void programmedWaitsForEveryReadyProxy() throws IOException {
    pods.start("proxy-1").ready();
    ServingPod second = pods.start("proxy-2").ready();
    scene.awaitGateway("Programmed", "True");
    second.close();

    scene.service("a", serving("/a"));

    scene.awaitService("a", "Programmed", "False Pending: proxy proxy-2 does not answer");
    scene.awaitService("a", "Ready", "False Pending");
    second.delete();
    scene.awaitService("a", "Programmed", "True");
  }

  @Test
  void aChangeOfTlsIsRefusedByWhatRunsAndComesWithNewPods() throws IOException {
    ServingPod old = pods.start("proxy-1").ready();
    scene.service("a", serving("/a"));
    scene.awaitService("a", "Ready", "True");
    String template = template();

    scene.gateway("{}");

    scene.awaitGateway(
        "Programmed",
        "False Pending: proxy proxy-1 refuses the configuration and runs the one before: tls.mode");
    assertTrue(old.asked("/a").startsWith("HTTP/1.1 200"), "it serves on as before");
    assertTrue(pushes("refused") > 0 && pushes("ok") > 0);
    Await.until("a rollout", () -> !template().equals(template));
    ServingPod next = pods.start("proxy-2").ready();
    scene.awaitGateway("Programmed", "False Pending: proxy proxy-1 refuses");
    old.delete();
    scene.awaitGateway("Programmed", "True");
    assertTrue(next.asked("/a").startsWith("HTTP/1.1 308"), next.asked("/a"));
  }

  @Test
  void aProxyThatStartsAnewGetsWhatItsMountDoesNotHaveYet() throws IOException {
    ServingPod pod = pods.start("proxy-1").ready();
    scene.service("a", serving("/a"));
    scene.awaitService("a", "Ready", "True");
    pod.restart();
    Await.until("served again", () -> pod.asked("/a").startsWith("HTTP/1.1 200"));
    scene.awaitService("a", "Ready", "True");
  }

  @Test
  void newCredentialsAreUsedBeforeAndAfterTheMountsFollow() throws IOException {
    ServingPod pod = pods.start("proxy-1").ready();
    scene.awaitGateway("Programmed", "True");
    String before = control();
    ago.set(Duration.ZERO);
    scene.service("a", serving("/a"));
    Await.until("new credentials", () -> !control().equals(before));
    scene.awaitService("a", "Ready", "True");
    scene.service("b", serving("/b"));
    scene.awaitService("b", "Ready", "True");
    pod.sync();
    scene.service("c", serving("/c"));
    scene.awaitService("c", "Ready", "True");
    assertTrue(pod.asked("/c").startsWith("HTTP/1.1 200"));
  }

  @Test
  void credentialsThatSomebodyDeletedAreMadeAnewAndNamedUntilTheMountsFollow() throws IOException {
    ServingPod pod = pods.start("proxy-1").ready();
    scene.awaitGateway("Programmed", "True");
    String before = control();
    scene
        .client()
        .secrets()
        .inNamespace(scene.namespace())
        .withName("penstock-default-control")
        .delete();
    Await.until("new credentials", () -> !control().isEmpty() && !control().equals(before));
    scene.service("a", serving("/a"));
    scene.awaitService(
        "a",
        "Programmed",
        "False Pending: proxy proxy-1 does not answer: it does not accept the token");
    pod.sync();
    scene.awaitService("a", "Ready", "True");
    assertNotEquals("", pod.asked("/a"));
  }

  @Test
  void limitsThatAreNotSharedAreTold() throws IOException {
    pods.start("proxy-1").ready();
    pods.start("proxy-2").ready();
    scene.awaitGateway("LimiterDegraded", "True NotShared");
    scene.gateway("{%s, limiter: {redis: {addresses: ['%s:1']}}}".formatted(PLAIN, host()));
    scene.service(
        "a", "{path: /a, rateLimit: {rate: 100r/s}, backend: {url: '%s'}}".formatted(url()));
    scene.awaitGateway("LimiterDegraded", "True StoreUnavailable");
  }

  @Test
  void clientsThatSomethingHidesAreTold() throws IOException {
    ServingPod pod = pods.start("proxy-1").ready();
    scene.awaitGateway("Programmed", "True");
    assertEquals("", scene.condition(AIGateway.class, "default", "ClientAddressesHidden"));
    for (int i = 0; i < 1000; i++) {
      pod.asked("/nothing");
    }
    scene.awaitGateway("ClientAddressesHidden", "True FewAddresses");
  }

  private double pushes(String result) throws IOException {
    var metrics = URI.create("http://localhost:" + operator.adminAddress().getPort() + "/metrics");
    try (var text = metrics.toURL().openStream()) {
      String series = "penstock_operator_pushes_total{result=\"" + result + "\"} ";
      return new String(text.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> line.startsWith(series))
          .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
          .sum();
    }
  }

  private String serving(String path) {
    return "{path: %s, backend: {url: '%s'}}".formatted(path, url());
  }

  private String url() {
    return "http://" + host() + ":" + backend.getAddress().getPort();
  }

  private String host() {
    return backend.getAddress().getAddress().getHostAddress();
  }

  private String template() {
    return scene.get(Deployment.class, "penstock-default").getSpec().getTemplate().toString();
  }

  private String control() {
    Secret secret = scene.get(Secret.class, "penstock-default-control");
    return secret == null ? "" : secret.getData().toString();
  }

  /** An operator lets nobody reach the proxy's own loopback. */
  private static InetAddress outerAddress() throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(each -> each.getAddress().length == 4 && !each.isLoopbackAddress())
        .findFirst()
        .orElseThrow(() -> new AssertionError("this machine has no address but loopback"));
  }
}

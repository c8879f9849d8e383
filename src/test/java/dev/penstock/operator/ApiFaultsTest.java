package dev.penstock.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.penstock.api.v1alpha1.AIService;
import dev.penstock.config.Envelope;
import dev.penstock.model.Route;
import dev.penstock.testing.ApiProxy;
import dev.penstock.testing.ApiServer;
import dev.penstock.testing.Await;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The API server fails for a while; afterwards all is as it should be. */
class ApiFaultsTest {

  @RegisterExtension static final ApiServer API = ApiServer.alone();

  private final Scene scene = Scene.on(API);
  private final ApiProxy proxy = ApiProxy.before(API);
  private final KubernetesClient client = proxy.newClient();
  private PenstockOperator operator;

  @BeforeEach
  void start() {
    operator =
        Operators.start(
            client, scene.namespace(), "faulty", new ListeningProxies(), Clock.systemUTC());
  }

  @AfterEach
  void stop() {
    operator.close();
    client.close();
    proxy.close();
  }

  /** A part of the request's line, and how it is answered at first. */
  @ParameterizedTest
  @CsvSource({
    "/secrets, 409",
    "/secrets, 500",
    "/deployments, 409",
    "/deployments, 500",
    "/services/, 503",
    "/status, 503",
    "/status, 500",
    "/events, 500"
  })
  void aWriteThatIsRefusedIsTriedAgain(String part, int status) {
    proxy.refuse(
        line -> !line.startsWith("GET") && line.contains(part) && !line.contains("/leases"),
        status,
        2);
    serve("a");
  }

  @Test
  void watchesThatExpiredAreReadAnew() {
    serve("a");
    scene.service("b", "{path: /b, backend: {selector: {matchLabels: {app: b}, port: 80}}}");
    Await.until("its Service", () -> scene.get(Service.class, "b-backend") != null);
    proxy.refuse(line -> line.contains("watch=true"), 410, 12);
    gap();
  }

  @Test
  void watchesThatEndInTheMiddleAreReadAnew() {
    serve("a");
    proxy.expireWatches();
    scene.service("a", "{path: /new, backend: {url: 'http://192.0.2.8'}}");
    scene.awaitService("a", "Ready", "True");
    assertEquals("/new", scene.published().config().routes().getFirst().path());
  }

  /** In the end all is as the last one of many changes has it, and stays so. */
  @Test
  void whatIsToldLateOutOfOrderAndTwiceEndsWithTheNewest() {
    serve("a");
    proxy.disorderWatches();
    proxy.expireWatches();
    var services = List.of("a", "b", "c");
    for (int change = 1; change <= 20; change++) {
      for (String name : services) {
        scene.service(
            name,
            "{path: /%s, rewrite: /r%d, backend: {url: 'http://192.0.2.7'}}"
                .formatted(name, change));
      }
    }
    services.forEach(name -> scene.awaitService(name, "Ready", "True"));
    scene.service("last", "{path: /last, backend: {url: 'http://192.0.2.7'}}");
    scene.awaitService("last", "Ready", "True");
    Envelope end = scene.published();
    assertEquals(
        List.of("/r20", "/r20", "/r20", "/"),
        end.config().routes().stream().map(Route::rewrite).toList());
  }

  @Test
  void aGatewayThatIsToldOutOfOrderIsServedAsItIsNow() {
    serve("a");
    proxy.disorderWatches();
    proxy.expireWatches();
    for (int change = 1; change <= 20; change++) {
      scene.gateway("{proxy: {drainTimeout: %ds}}".formatted(change));
    }
    Await.until(
        "the last", () -> scene.published().config().drainTimeout().equals(Duration.ofSeconds(20)));
    scene.service("last", "{path: /last, backend: {url: 'http://192.0.2.7'}}");
    scene.awaitService("last", "Ready", "True");
    assertEquals(Duration.ofSeconds(20), scene.published().config().drainTimeout());
  }

  @Test
  void whatHappenedWhileNothingWasWatchedIsSeen() {
    serve("a");
    scene.service("b", "{path: /b, backend: {selector: {matchLabels: {app: b}, port: 80}}}");
    Await.until("its Service", () -> scene.get(Service.class, "b-backend") != null);
    gap();
  }

  /** One service goes, one is changed, one comes, and an owned object is deleted. */
  private void gap() {
    proxy.cutWatches();
    var services = API.client().resources(AIService.class).inNamespace(scene.namespace());
    services.withName("a").delete();
    scene.service("b", "{path: /b, backend: {url: 'http://192.0.2.7'}}");
    scene.service("c", "{path: /c, backend: {url: 'http://192.0.2.8'}}");
    API.client().services().inNamespace(scene.namespace()).withName("b-backend").delete();
    proxy.watchAgain();

    scene.awaitService("c", "Ready", "True");
    scene.awaitService("b", "Ready", "True");
    Await.passing(
        () -> {
          Service backend = scene.get(Service.class, "b-backend");
          assertEquals(80, backend.getSpec().getPorts().getFirst().getPort());
          return backend;
        });
    assertNull(scene.get(AIService.class, "a"));
  }

  private void serve(String name) {
    scene.gateway("{proxy: {service: {type: ClusterIP}}}");
    scene.service(name, "{path: /a, backend: {url: 'http://192.0.2.7:9011'}}");
    scene.readyProxy("proxy-1");
    scene.awaitService(name, "Ready", "True");
    scene.awaitGateway("Ready", "True");
  }
}

package dev.penstock.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.api.v1alpha1.AIService;
import dev.penstock.model.ResourceName;
import dev.penstock.testing.ApiProxy;
import dev.penstock.testing.ApiServer;
import dev.penstock.testing.Await;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How often a status is written while proxies are being told. */
class StatusWritesTest {

  @RegisterExtension static final ApiServer API = ApiServer.alone();

  private static final String SPEC = "{path: /%s, backend: {url: 'http://192.0.2.7'}}";

  private final Scene scene = Scene.on(API);
  private final ResourceName gateway = new ResourceName(scene.namespace(), "default");
  private final HesitantProxies proxies = new HesitantProxies();
  private ApiProxy proxy;
  private KubernetesClient client;
  private PenstockOperator operator;

  @BeforeEach
  void start() {
    proxy = ApiProxy.before(API);
    client = proxy.newClient();
    operator = Operators.start(client, scene.namespace(), "operator", proxies, Clock.systemUTC());
    scene.gateway("{tls: {mode: Disabled}, proxy: {service: {type: ClusterIP}}}");
    scene.readyProxy("proxy-1");
    scene.awaitGateway("Ready", "True");
  }

  @AfterEach
  void stop() {
    operator.close();
    client.close();
    proxy.close();
  }

  @Test
  void aServiceThatProxiesTakeAtOnceIsWrittenOnceAndTheGatewayStaysReady() {
    scene.service("a", SPEC.formatted("a"));
    scene.awaitService("a", "Ready", "True");
    scene.service("b", SPEC.formatted("b"));
    scene.awaitService("b", "Ready", "True");

    assertEquals(List.of("True Ready: requests are served"), said("a"));
    Await.until("events", () -> events("AIService").size() == 2);
    assertEquals(1, writes("aiservices/a/status"));
    assertEquals(1, writes("aiservices/b/status"));
    assertEquals(List.of("Ready", "Ready"), events("AIService"));
    assertEquals(List.of("Ready"), events("AIGateway"));
  }

  @Test
  void proxiesThatDoNotTakeItAreToldOfAfterAWhileAndOnceMoreWhenTheyDo() {
    long before = scene.published().sequence();
    proxies.hesitate();
    scene.service("a", SPEC.formatted("a"));
    Await.until("it is sent", () -> proxies.sent(gateway, before + 1));
    scene.awaitService("a", "Ready", "False Pending: proxy proxy-1 does not run it yet");
    scene.awaitService("a", "Accepted", "True");
    scene.awaitGateway("Ready", "True");

    take();

    scene.awaitService("a", "Ready", "True");
    Await.until("its event", () -> events("AIService").size() == 1);
    assertEquals(2, writes("aiservices/a/status"));
  }

  @Test
  void aServiceThatChangesIsNotToldToBeOffUntilProxiesTakeTheChange() {
    scene.service("a", SPEC.formatted("a"));
    scene.awaitService("a", "Ready", "True");
    Await.until("its event", () -> events("AIService").size() == 1);

    long before = scene.published().sequence();
    proxies.hesitate();
    scene.service("a", SPEC.formatted("other"));
    Await.until("it is sent", () -> proxies.sent(gateway, before + 1));
    take();
    scene.awaitService("a", "Ready", "True");

    Await.until("the second write", () -> writes("aiservices/a/status") == 2);
    assertEquals(List.of("Ready"), events("AIService"));
  }

  private void take() {
    proxies.take(
        gateway, List.of(new ProxyLink.Proxy("proxy-1", "1", operator.adminAddress(), true)));
  }

  private List<String> said(String service) {
    return List.of(scene.condition(AIService.class, service, "Ready"));
  }

  private List<String> events(String kind) {
    return scene.all(Event.class).stream()
        .filter(event -> event.getRegarding().getKind().equals(kind))
        .map(Event::getReason)
        .toList();
  }

  private long writes(String path) {
    return proxy.writes().stream().filter(write -> write.contains(path)).count();
  }
}

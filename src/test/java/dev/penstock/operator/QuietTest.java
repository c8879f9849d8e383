package dev.penstock.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.testing.ApiProxy;
import dev.penstock.testing.ApiServer;
import dev.penstock.testing.Await;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an operator does not write. */
class QuietTest {

  @RegisterExtension static final ApiServer API = ApiServer.alone();

  @Test
  void anIdleOperatorWritesNothingButItsLease() {
    Scene scene = ready();
    try (var proxy = ApiProxy.before(API);
        KubernetesClient client = proxy.newClient();
        var _ = start(client, scene)) {
      scene.awaitService("a", "Ready", "True");
      scene.awaitGateway("Ready", "True");
      rest(scene);
      List<String> before = proxy.writes();

      // Six renewals: long enough for whatever would come again and again.
      renewals(scene, 6);

      assertEquals(before, proxy.writes());
    }
  }

  @Test
  void aNewOperatorWritesNothingWhereAllIsAsItShouldBe() {
    Scene scene = ready();
    try (var _ = start(API.client(), scene)) {
      scene.awaitService("a", "Ready", "True");
      scene.awaitGateway("Ready", "True");
      rest(scene);
    }
    try (var proxy = ApiProxy.before(API);
        KubernetesClient client = proxy.newClient();
        var second = start(client, scene)) {
      Await.until("it leads", second::leads);
      renewals(scene, 4);
      assertEquals(List.of(), proxy.writes());
    }
  }

  @Test
  void noRouteChangesAPod() {
    Scene scene = ready();
    try (var _ = start(API.client(), scene)) {
      scene.awaitService("a", "Ready", "True");
      String before = pods(scene);
      List<String> specs =
          List.of(
              "{path: /b, backend: {url: 'http://192.0.2.8:80'}}",
              "{path: /b, rewrite: /x, maxBodySize: 1Gi, backend: {url: 'http://example.com'}}",
              "{path: /b, rateLimit: {rate: 1r/s, burst: 5}, backend: {url: 'http://192.0.2.8'}}",
              "{path: /b, timeouts: {request: 1h}, backend: {url: 'http://192.0.2.8'}}",
              "{path: /b, auth: {mode: External, external: {url: 'http://192.0.2.9'}},"
                  + " backend: {url: 'http://192.0.2.8'}}",
              "{path: /b, cors: {allowOrigins: ['*']}, backend: {url: 'http://192.0.2.8'}}",
              "{path: /b, backend: {selector: {matchLabels: {app: a}, port: 80}}}");
      for (String spec : specs) {
        scene.service("a", spec);
        scene.awaitService("a", "Accepted", "True");
        assertEquals(before, pods(scene), spec);
      }
    }
  }

  private static Scene ready() {
    Scene scene = Scene.on(API);
    scene.gateway("{proxy: {service: {type: ClusterIP}}}");
    scene.service("a", "{path: /a, backend: {url: 'http://192.0.2.7:9011'}}");
    try (var _ = start(API.client(), scene)) {
      scene.readyProxy("proxy-1");
      scene.awaitService("a", "Ready", "True");
    }
    return scene;
  }

  private static PenstockOperator start(KubernetesClient client, Scene scene) {
    return Operators.start(
        client, scene.namespace(), "operator", new ListeningProxies(), Clock.systemUTC());
  }

  /** Events may still be on their way when the statuses stand. */
  private static void rest(Scene scene) {
    renewals(scene, 2);
  }

  private static void renewals(Scene scene, int count) {
    for (int i = 0; i < count; i++) {
      String before = version(scene);
      Await.until("a renewal", () -> !version(scene).equals(before));
    }
  }

  private static String version(Scene scene) {
    Lease lease = scene.get(Lease.class, Operators.LEASE);
    return lease == null ? "" : lease.getMetadata().getResourceVersion();
  }

  private static String pods(Scene scene) {
    Deployment deployment = scene.get(Deployment.class, "penstock-default");
    assertTrue(deployment.getMetadata().getGeneration() >= 1);
    return deployment.getMetadata().getGeneration() + " " + deployment.getSpec().getTemplate();
  }
}

package dev.penstock.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.testing.ApiProxy;
import dev.penstock.testing.ApiServer;
import dev.penstock.testing.Await;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * An operator that dies after any of its writes leaves what the next one brings to the same end.
 */
class CrashTest {

  @RegisterExtension static final ApiServer API = ApiServer.alone();

  private static final List<Class<? extends HasMetadata>> KINDS =
      List.of(
          ServiceAccount.class,
          NetworkPolicy.class,
          Service.class,
          PodDisruptionBudget.class,
          Deployment.class,
          Secret.class,
          EndpointSlice.class);

  @Test
  void itDoesNotMatterAfterWhichWriteItDies() {
    Scene whole = scene();
    int writes = run(whole, Integer.MAX_VALUE);
    var expected = outcome(whole);
    assertTrue(writes > 8, () -> "only " + writes + " writes");
    assertTrue(expected.size() > 8, expected::toString);

    for (int death = 1; death <= writes; death++) {
      Scene scene = scene();
      run(scene, death);
      try (var _ = Operators.start(API.client(), scene.namespace())) {
        settle(scene);
        int at = death;
        assertEquals(expected, outcome(scene), () -> "after the death at write " + at);
      }
    }
  }

  private static Scene scene() {
    Scene scene = Scene.on(API);
    scene.gateway("{hostnames: [ai.example.com]}");
    scene.service("pods", "{path: /a, backend: {selector: {matchLabels: {app: a}, port: 80}}}");
    scene.service("outside", "{path: /b, backend: {url: 'http://192.0.2.7:9011'}}");
    return scene;
  }

  /** How many writes it took; the lease is given free, as if its time were over. */
  private static int run(Scene scene, int lifeInWrites) {
    try (var proxy = ApiProxy.before(API);
        KubernetesClient client = proxy.newClient()) {
      proxy.dieAfter(lifeInWrites);
      var operator =
          Operators.start(
              client, scene.namespace(), "dies", new ListeningProxies(), Clock.systemUTC());
      try {
        if (lifeInWrites == Integer.MAX_VALUE) {
          settle(scene);
          return proxy.writes().size();
        }
        Await.until("death after " + lifeInWrites + " writes", proxy::isDead);
        return lifeInWrites;
      } finally {
        operator.close();
        scene.client().leases().inNamespace(scene.namespace()).withName(Operators.LEASE).delete();
      }
    }
  }

  private static void settle(Scene scene) {
    scene.awaitGateway("Accepted", "True");
    scene.awaitGateway("Programmed", "False Pending");
    scene.awaitService("pods", "Accepted", "True");
    scene.awaitService("pods", "Ready", "False");
    scene.awaitService("outside", "Ready", "False");
    Await.until("the slice", () -> scene.get(EndpointSlice.class, "outside-backend") != null);
    Await.until("the pods", () -> scene.get(Service.class, "pods-backend") != null);
    Await.until("the proxies", () -> scene.get(Deployment.class, "penstock-default") != null);
  }

  /** What stands there, without what two runs never share. */
  private static Map<String, String> outcome(Scene scene) {
    var outcome = new TreeMap<String, String>();
    for (Class<? extends HasMetadata> kind : KINDS) {
      for (HasMetadata object :
          API.client().resources(kind).inNamespace(scene.namespace()).list().getItems()) {
        String key = object.getKind() + " " + object.getMetadata().getName();
        outcome.put(key.toLowerCase(Locale.ROOT), text(object, scene.namespace()));
      }
    }
    return outcome;
  }

  private static String text(HasMetadata object, String namespace) {
    var metadata = object.getMetadata();
    String content =
        switch (object) {
          case Secret secret -> String.valueOf(secret.getData().keySet());
          case Deployment deployment -> deployment.getSpec().toString();
          case Service service ->
              service.getSpec().getPorts() + " " + service.getSpec().getSelector();
          case NetworkPolicy policy -> policy.getSpec().toString();
          case PodDisruptionBudget budget -> budget.getSpec().toString();
          case EndpointSlice slice -> slice.getEndpoints() + " " + slice.getPorts();
          default -> "";
        };
    String owners =
        metadata.getOwnerReferences().stream()
            .map(owner -> owner.getKind() + " " + owner.getName())
            .toList()
            .toString();
    return (metadata.getLabels() + owners + content)
        .replace(namespace, "NAMESPACE")
        .replaceAll("nodePort=[0-9]+", "nodePort=N");
  }
}

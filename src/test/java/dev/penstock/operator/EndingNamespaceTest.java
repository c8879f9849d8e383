package dev.penstock.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.testing.ApiServer;
import dev.penstock.testing.Await;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A gateway whose namespace is deleted. Nobody collects garbage here, so it never quite ends. */
class EndingNamespaceTest {

  @RegisterExtension static final ApiServer API = ApiServer.alone();

  private static final String SPEC = "{tls: {mode: Disabled}, proxy: {service: {type: ClusterIP}}}";

  private final Scene scene = Scene.on(API);
  private final Scene other = Scene.on(API);

  @Test
  void whatTheApiServerRefusesForItIsKnown() {
    create(scene.namespace(), "before");
    assertFalse(EndingNamespace.refuses(refused(scene.namespace(), "before")), "it is there");
    assertFalse(EndingNamespace.refuses(refused(scene.namespace(), "NOT_VALID")));

    end();

    assertTrue(EndingNamespace.refuses(refused(scene.namespace(), "late")));
    assertTrue(EndingNamespace.refuses(refused("there-is-none", "late")));
  }

  @Test
  void nothingIsPutBackAndNothingFails() throws IOException {
    try (var operator =
        Operators.start(
            API.client(),
            other.namespace(),
            Set.of(scene.namespace(), other.namespace()),
            "operator",
            new ListeningProxies(),
            Clock.systemUTC())) {
      scene.gateway(SPEC);
      Await.until("its Deployment", () -> deployment(scene) != null);
      scene.awaitGateway("Accepted", "True");
      end();

      API.client().resource(deployment(scene)).delete();
      scene.gateway("{tls: {mode: Disabled}, proxy: {replicas: 3}}");
      other.gateway(SPEC);
      other.awaitGateway("Accepted", "True");

      assertNull(deployment(scene));
      assertEquals(0, errors(operator));
    }
  }

  private void end() {
    API.client().namespaces().withName(scene.namespace()).delete();
    Await.until(
        "the beginning of its end",
        () ->
            API.client()
                    .namespaces()
                    .withName(scene.namespace())
                    .get()
                    .getMetadata()
                    .getDeletionTimestamp()
                != null);
  }

  private static Deployment deployment(Scene scene) {
    return scene.get(Deployment.class, "penstock-default");
  }

  private static void create(String namespace, String name) {
    ConfigMap map =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace(namespace)
            .endMetadata()
            .build();
    API.client().resource(map).create();
  }

  private static KubernetesClientException refused(String namespace, String name) {
    return assertThrows(KubernetesClientException.class, () -> create(namespace, name));
  }

  private static double errors(PenstockOperator operator) throws IOException {
    var metrics = URI.create("http://localhost:" + operator.adminAddress().getPort() + "/metrics");
    String series = "penstock_operator_reconcile_errors_total ";
    try (var text = metrics.toURL().openStream()) {
      return new String(text.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> line.startsWith(series))
          .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
          .sum();
    }
  }
}

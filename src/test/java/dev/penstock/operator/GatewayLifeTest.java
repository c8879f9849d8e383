package dev.penstock.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.penstock.api.v1alpha1.AIGateway;
import dev.penstock.api.v1alpha1.AIService;
import dev.penstock.operator.resources.Labels;
import dev.penstock.testing.ApiServer;
import dev.penstock.testing.Await;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A gateway comes and goes in a cluster that collects garbage. */
class GatewayLifeTest {

  @RegisterExtension static final ApiServer API = ApiServer.withControllers();

  private static final List<Class<? extends HasMetadata>> KINDS =
      List.of(
          ServiceAccount.class,
          NetworkPolicy.class,
          Service.class,
          PodDisruptionBudget.class,
          Deployment.class,
          HorizontalPodAutoscaler.class,
          Secret.class,
          EndpointSlice.class);

  @Test
  void allThatWasMadeGoesWithItsOwner() {
    Scene scene = Scene.on(API);
    scene.gateway("{proxy: {autoscaling: {maxReplicas: 4}}}");
    scene.service("outside", "{path: /, backend: {url: 'http://192.0.2.7:9011'}}");
    try (var _ = Operators.start(API.client(), scene.namespace())) {
      scene.awaitGateway("Accepted", "True");
      scene.awaitService("outside", "Accepted", "True");
      Await.until("the slice", () -> scene.get(EndpointSlice.class, "outside-backend") != null);
      assertFalse(made(scene).isEmpty());

      API.client().resources(AIGateway.class).inNamespace(scene.namespace()).delete();
      scene.awaitService("outside", "Accepted", "False GatewayNotFound");
      API.client().resources(AIService.class).inNamespace(scene.namespace()).delete();

      Await.passing(
          () -> {
            assertEquals(List.of(), made(scene));
            return true;
          });
    }
  }

  private static List<String> made(Scene scene) {
    return KINDS.stream()
        .flatMap(
            kind ->
                API
                    .client()
                    .resources(kind)
                    .inNamespace(scene.namespace())
                    .list()
                    .getItems()
                    .stream()
                    .map(HasMetadata.class::cast))
        .filter(
            each ->
                Stream.ofNullable(each.getMetadata().getLabels())
                    .anyMatch(labels -> Labels.OPERATOR.equals(labels.get(Labels.MANAGED_BY))))
        .map(each -> each.getKind() + " " + each.getMetadata().getName())
        .toList();
  }
}

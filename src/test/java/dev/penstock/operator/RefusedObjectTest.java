package dev.penstock.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.api.v1alpha1.AIGateway;
import dev.penstock.testing.ApiServer;
import dev.penstock.testing.Await;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the API server does not take never costs what stands. */
class RefusedObjectTest {

  @RegisterExtension static final ApiServer API = ApiServer.alone();

  private static final String NAME = "penstock-default";
  private static final PatchContext BY_HAND =
      new PatchContext.Builder().withPatchType(PatchType.JSON).withFieldManager("hand").build();

  private final Scene scene = Scene.on(API);
  private PenstockOperator operator;

  @BeforeEach
  void start() {
    operator = Operators.start(API.client(), scene.namespace());
    scene.gateway("{}");
    scene.readyProxy("proxy-1");
    scene.awaitGateway("Ready", "True");
  }

  @AfterEach
  void stop() {
    operator.close();
  }

  @Test
  void aBadAffinityLeavesTheDeploymentAsItWas() {
    Deployment before = scene.get(Deployment.class, NAME);
    scene.gateway(
        """
        {proxy: {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution:
          {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Nonsense}]}]}}}}}""");

    scene.awaitGateway("Accepted", "False UnsupportedValue");
    String told = scene.condition(AIGateway.class, "default", "Accepted");
    assertTrue(told.contains("matchExpressions[0].operator"), told);
    assertTrue(told.contains("stays as it was"), told);
    assertEquals(before, scene.get(Deployment.class, NAME));

    scene.service("a", "{path: /a, backend: {url: 'http://192.0.2.7:9011'}}");
    scene.awaitService("a", "Programmed", "True");
    scene.gateway("{}");
    scene.awaitGateway("Ready", "True");
    assertEquals(uid(before), uid(scene.get(Deployment.class, NAME)));
  }

  @Test
  void aServiceKeepsItsAddressWhateverIsDoneToItsPorts() {
    Service before = withAddress();
    byHand(
        """
        [{"op": "replace", "path": "/spec/ports/0/port", "value": 8443},
         {"op": "replace", "path": "/spec/ports/0/targetPort", "value": 1}]""");

    Await.until(
        "the ports are put back",
        () -> ports(scene.get(Service.class, NAME)).equals(ports(before)));
    Service after = scene.get(Service.class, NAME);
    assertEquals(uid(before), uid(after));
    assertEquals(before.getSpec().getClusterIP(), after.getSpec().getClusterIP());
    assertEquals(before.getStatus(), after.getStatus());
    assertEquals(List.of("load-balancer/cleanup"), after.getMetadata().getFinalizers());
    Await.passing(this::onlyOneOwnerOfThePorts);
    byHand("[{\"op\": \"remove\", \"path\": \"/metadata/finalizers\"}]");
  }

  @Test
  void aServiceWhoseSelectorWasNarrowedSelectsAllProxiesAgain() {
    Service before = scene.get(Service.class, NAME);
    byHand("[{\"op\": \"add\", \"path\": \"/spec/selector/more\", \"value\": \"x\"}]");
    Await.until(
        "the selector is put back",
        () ->
            scene
                .get(Service.class, NAME)
                .getSpec()
                .getSelector()
                .equals(before.getSpec().getSelector()));
  }

  @Test
  void aServiceThatTheApiServerRefusesStaysWithItsAddress() {
    Service before = withAddress();
    scene.gateway("{proxy: {service: {annotations: {'not a key!': x}}}}");
    scene.awaitGateway("Accepted", "False UnsupportedValue");
    Service after = scene.get(Service.class, NAME);
    assertEquals(uid(before), uid(after));
    assertEquals(before.getStatus(), after.getStatus());
    byHand("[{\"op\": \"remove\", \"path\": \"/metadata/finalizers\"}]");
  }

  /** As a cloud would leave it. */
  private Service withAddress() {
    byHand(
        "[{\"op\": \"add\", \"path\": \"/metadata/finalizers\", \"value\":"
            + " [\"load-balancer/cleanup\"]}]");
    API.client()
        .services()
        .inNamespace(scene.namespace())
        .withName(NAME)
        .editStatus(
            service ->
                new ServiceBuilder(service)
                    .editOrNewStatus()
                    .withNewLoadBalancer()
                    .addNewIngress()
                    .withIp("192.0.2.80")
                    .endIngress()
                    .endLoadBalancer()
                    .endStatus()
                    .build());
    return scene.get(Service.class, NAME);
  }

  private void byHand(String patch) {
    API.client().services().inNamespace(scene.namespace()).withName(NAME).patch(BY_HAND, patch);
  }

  /** The ports are replaced first, and given up to the operator's own name right after. */
  private Service onlyOneOwnerOfThePorts() {
    Service service = scene.get(Service.class, NAME);
    List<String> owners =
        service.getMetadata().getManagedFields().stream()
            .filter(entry -> String.valueOf(entry.getFieldsV1()).contains("f:ports"))
            .map(entry -> entry.getManager())
            .toList();
    assertEquals(List.of("penstock-operator"), owners);
    return service;
  }

  private static List<String> ports(Service service) {
    return service.getSpec().getPorts().stream().map(RefusedObjectTest::words).sorted().toList();
  }

  private static String words(ServicePort port) {
    return port.getName() + " " + port.getPort() + " " + port.getTargetPort();
  }

  private static String uid(HasMetadata object) {
    return object.getMetadata().getUid();
  }
}

package dev.penstock.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.api.v1alpha1.AIService;
import dev.penstock.model.Upstream;
import dev.penstock.testing.ApiServer;
import dev.penstock.testing.Await;
import dev.penstock.testing.TestCertificates;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What stands in the way is told, and once it is mended the service is served. */
class ConditionsTest {

  @RegisterExtension static final ApiServer API = ApiServer.alone();

  private static final String URL = "backend: {url: 'http://192.0.2.7:9011'}";

  private final Scene scene = Scene.on(API);
  private PenstockOperator operator;

  @BeforeEach
  void start() {
    operator = Operators.start(API.client(), scene.namespace());
  }

  @AfterEach
  void stop() {
    operator.close();
  }

  private void readyGateway(String spec) {
    scene.gateway(spec);
    scene.readyProxy("proxy-1");
    scene.awaitGateway("Programmed", "True");
  }

  @Test
  void aServiceThatNothingHindersIsServed() {
    readyGateway("{}");
    scene.service("a", "{path: /a, " + URL + "}");
    scene.awaitService("a", "Ready", "True");
    assertEquals(
        "True Programmed", scene.condition(AIService.class, "a", "Programmed").substring(0, 15));
  }

  @Test
  void theYoungerOfTwoWaitsUntilTheOlderOneGoes() {
    readyGateway("{}");
    scene.service("old", "{path: /a, " + URL + "}");
    scene.awaitService("old", "Ready", "True");
    scene.service("young", "{path: /a, " + URL + "}");
    scene.awaitService("young", "Accepted", "False Conflicted");
    assertTrue(
        scene.condition(AIService.class, "young", "Accepted").contains("old"),
        () -> scene.condition(AIService.class, "young", "Accepted"));
    scene.awaitService("old", "Ready", "True");

    API.client().resources(AIService.class).inNamespace(scene.namespace()).withName("old").delete();

    scene.awaitService("young", "Ready", "True");
  }

  @Test
  void aServiceWaitsForItsGateway() {
    scene.service("a", "{path: /a, " + URL + "}");
    scene.awaitService("a", "Accepted", "False GatewayNotFound");
    readyGateway("{}");
    scene.awaitService("a", "Ready", "True");
  }

  @Test
  void aServiceWaitsForItsBackend() {
    readyGateway("{}");
    scene.service("a", "{path: /a, backend: {service: {name: whisper, port: 9011}}}");
    scene.awaitService("a", "ResolvedRefs", "False BackendNotFound");
    scene.awaitService("a", "Ready", "False");
    scene.service("b", "{path: /b, " + URL + "}");
    scene.awaitService("b", "Ready", "True");

    whisper(API.client());

    scene.awaitService("a", "ResolvedRefs", "True");
    scene.awaitService("a", "Ready", "True");
  }

  @Test
  void aBackendOfWhichNobodyIsReadyIsNotReadyAndProxiesKnowIt() {
    readyGateway("{}");
    whisper(API.client());
    scene.service("a", "{path: /a, backend: {service: {name: whisper, port: 9011}}}");
    scene.awaitService("a", "Ready", "True");
    assertFalse(upstream().isIdle());

    var slices = API.client().discovery().v1().endpointSlices().inNamespace(scene.namespace());
    slices
        .withName("whisper-1")
        .edit(
            slice -> {
              slice.getEndpoints().getFirst().getConditions().setReady(false);
              return slice;
            });
    scene.awaitService("a", "Ready", "False Pending: no address of its backend is ready");
    assertTrue(upstream().isIdle());

    slices.withName("whisper-1").delete();
    scene.awaitService("a", "Ready", "True");
    assertEquals(Optional.empty(), upstream().ready());
  }

  private Upstream upstream() {
    return scene.published().config().routes().getFirst().upstream();
  }

  private void whisper(KubernetesClient client) {
    client
        .resource(
            new ServiceBuilder()
                .withNewMetadata()
                .withName("whisper")
                .withNamespace(scene.namespace())
                .endMetadata()
                .withNewSpec()
                .addNewPort()
                .withPort(9011)
                .endPort()
                .endSpec()
                .build())
        .create();
    client
        .resource(
            new EndpointSliceBuilder()
                .withNewMetadata()
                .withName("whisper-1")
                .withNamespace(scene.namespace())
                .addToLabels("kubernetes.io/service-name", "whisper")
                .endMetadata()
                .withAddressType("IPv4")
                .addNewPort()
                .withPort(9011)
                .endPort()
                .addNewEndpoint()
                .withAddresses("10.1.2.3")
                .withNewConditions()
                .withReady(true)
                .endConditions()
                .endEndpoint()
                .build())
        .create();
  }

  @Test
  void aGatewayWaitsForItsCertificate() {
    scene.gateway("{tls: {certificateRefs: [{name: ai-tls}]}}");
    scene.awaitGateway("ResolvedRefs", "False InvalidCertificateRef");
    var pair = TestCertificates.named("ai.example.com").issue();
    API.client()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName("ai-tls")
                .withNamespace(scene.namespace())
                .endMetadata()
                .withType("kubernetes.io/tls")
                .withStringData(Map.of("tls.crt", pair.chainPem(), "tls.key", pair.keyPem()))
                .build())
        .create();
    scene.awaitGateway("ResolvedRefs", "True");
  }

  @Test
  void aNamespaceMustBeAllowed() {
    readyGateway("{}");
    String other = API.newNamespace("other", Map.of("team", "speech"));
    try (var _ = operatorOfBoth(other)) {
      var guest = new Scene(API.client(), other);
      guest.service(
          "guest",
          "{parentRefs: [{name: default, namespace: %s}], path: /g, %s}"
              .formatted(scene.namespace(), URL));
      guest.awaitService("guest", "Accepted", "False NamespaceNotAllowed");
      scene.gateway(
          "{allowedNamespaces: {from: Selector, selector: {matchLabels: {team: vision}}}}");
      guest.awaitService("guest", "Accepted", "False NamespaceNotAllowed");

      API.client()
          .namespaces()
          .withName(other)
          .edit(
              namespace -> {
                namespace.getMetadata().getLabels().put("team", "vision");
                return namespace;
              });

      guest.awaitService("guest", "Ready", "True");
    }
  }

  private PenstockOperator operatorOfBoth(String other) {
    operator.close();
    return Operators.start(
        API.client(),
        scene.namespace(),
        Set.of(scene.namespace(), other),
        "both",
        new ListeningProxies(),
        Clock.systemUTC());
  }

  @Test
  void aCertificateIsMadeAnewInTime() {
    readyGateway("{}");
    String first = certificate();
    operator.close();
    // Two thirds of its life have passed in three seconds.
    var clock = Clock.offset(Clock.systemUTC(), Duration.ofDays(60).minusSeconds(3));
    operator =
        Operators.start(API.client(), scene.namespace(), "later", new ListeningProxies(), clock);

    Await.until("another certificate", () -> !certificate().equals(first));
    scene.awaitGateway("Programmed", "True");
  }

  private String certificate() {
    return scene.get(Secret.class, "penstock-default-tls").getData().get("tls.crt");
  }
}

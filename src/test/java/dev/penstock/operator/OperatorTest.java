package dev.penstock.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.api.v1alpha1.AIGateway;
import dev.penstock.api.v1alpha1.AIService;
import dev.penstock.config.Envelope;
import dev.penstock.config.EnvelopeCodec;
import dev.penstock.config.Shards;
import dev.penstock.model.ResourceName;
import dev.penstock.model.Route;
import dev.penstock.operator.leader.LeaseOptions;
import dev.penstock.operator.resources.Installation;
import dev.penstock.testing.ApiServer;
import dev.penstock.testing.Await;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The operator against a real API server; its proxies are pods without a machine. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperatorTest {

  @RegisterExtension static final ApiServer API = ApiServer.alone();

  private final ListeningProxies proxies = new ListeningProxies();
  private KubernetesClient client;
  private PenstockOperator operator;
  private String namespace;

  @BeforeAll
  void start() {
    namespace = API.namespace();
    client = API.newClient();
    operator = PenstockOperator.start(client, options("one"), proxies, Clock.systemUTC());
    Await.until("the operator leads", operator::leads);
  }

  private OperatorOptions options(String identity) {
    return new OperatorOptions(
        Set.of(namespace),
        Optional.of(LeaseOptions.of(new ResourceName(namespace, "penstock-operator"), identity)),
        Installation.of("localhost/penstock:test"),
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        List.of());
  }

  @AfterAll
  void stop() {
    if (operator != null) {
      operator.close();
    }
    if (client != null) {
      client.close();
    }
  }

  @Test
  void aGatewayHasItsObjectsAndItsServicesAreConfigured() {
    apply(gateway("first", "hostnames: [ai.example.com]"));
    apply(service("s1", "first", "/s1", "backend: {url: 'http://192.0.2.7:9011'}"));
    Envelope envelope = configured("first", "s1");
    assertEquals("/s1", route(envelope, "s1").path());
    var deployment =
        Await.passing(
            () ->
                assertPresent(
                    client
                        .apps()
                        .deployments()
                        .inNamespace(namespace)
                        .withName("penstock-first")
                        .get()));
    assertEquals(2, deployment.getSpec().getReplicas());
    assertEquals("first", deployment.getMetadata().getOwnerReferences().getFirst().getName());
    assertPresent(client.services().inNamespace(namespace).withName("penstock-first").get());
    assertPresent(secret("penstock-first-tls"));
    Await.passing(() -> assertEqual("True", condition(service("s1"), "Accepted").getStatus()));
    assertEquals("Pending", condition(service("s1"), "Programmed").getReason());
    assertEquals("ai.example.com", service("s1").getStatus().hosts());
    assertEquals(1, gateway("first").getStatus().attachedServices());
  }

  @Test
  void programmedIsTrueOnceEveryReadyProxyRunsTheGeneration() {
    apply(gateway("second", ""));
    apply(service("s2", "second", "/s2", "backend: {url: 'http://192.0.2.7:9011'}"));
    configured("second", "s2");
    proxy("second", "penstock-second-a", "10.0.0.1");
    ready("s2");
    proxies.refusing.add("penstock-second-b");
    proxy("second", "penstock-second-b", "10.0.0.2");
    Await.passing(
        () -> {
          Condition programmed = condition(gateway("second"), "Programmed");
          assertEquals("False", programmed.getStatus());
          assertTrue(
              programmed.getMessage().contains("penstock-second-b"), programmed.getMessage());
          assertTrue(programmed.getMessage().contains("does not like"), programmed.getMessage());
          return programmed;
        });
  }

  @Test
  void aMissingBackendIsAnswered503UntilItComes() {
    apply(gateway("third", ""));
    apply(service("s3", "third", "/s3", "backend: {service: {name: late, port: 80}}"));
    Await.passing(
        () -> {
          assertEquals("BackendNotFound", condition(service("s3"), "ResolvedRefs").getReason());
          return assertTrueThat(route(configured("third", "s3"), "s3").upstream().isMissing());
        });
    apply("{apiVersion: v1, kind: Service, metadata: {name: late}, spec: {ports: [{port: 80}]}}");
    Await.passing(
        () ->
            assertEqual(
                "late." + namespace + ".svc",
                route(configured("third", "s3"), "s3").upstream().endpoints().getFirst().host()));
    apply(
        """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: late-1, labels: {kubernetes.io/service-name: late}}
        addressType: IPv4
        ports: [{port: 8080}]
        endpoints: [{addresses: [10.1.2.3]}]
        """);
    Await.passing(
        () ->
            assertEqual(
                "10.1.2.3:8080",
                route(configured("third", "s3"), "s3")
                    .upstream()
                    .ready()
                    .orElseThrow()
                    .getFirst()
                    .authority()));
  }

  @Test
  void aServiceWithoutItsGatewaySaysSo() {
    apply(service("s4", "nowhere", "/s4", "backend: {url: 'http://192.0.2.7:9011'}"));
    Await.passing(
        () -> assertEqual("GatewayNotFound", condition(service("s4"), "Accepted").getReason()));
    apply(gateway("nowhere", ""));
    Await.passing(() -> assertEqual("True", condition(service("s4"), "Accepted").getStatus()));
  }

  @Test
  void whatIsChangedByHandIsPutBack() {
    apply(gateway("fifth", ""));
    var deployments = client.apps().deployments().inNamespace(namespace).withName("penstock-fifth");
    Await.passing(() -> assertPresent(deployments.get()));
    deployments.scale(5);
    Await.until("the number is put back", () -> deployments.get().getSpec().getReplicas() == 2);
    deployments.edit(
        each -> {
          each.getMetadata().setOwnerReferences(List.of());
          return each;
        });
    Await.until(
        "the owner is put back",
        () -> !deployments.get().getMetadata().getOwnerReferences().isEmpty());
    client.services().inNamespace(namespace).withName("penstock-fifth").delete();
    Await.passing(
        () ->
            assertPresent(
                client.services().inNamespace(namespace).withName("penstock-fifth").get()));
    client.secrets().inNamespace(namespace).withName("penstock-fifth-config-0").delete();
    Await.passing(() -> assertPresent(secret("penstock-fifth-config-0")));
  }

  @Test
  void whatIsRefusedDoesNotHarmTheOthers() {
    apply(gateway("sixth", ""));
    apply(service("s6", "sixth", "/s6", "backend: {url: 'http://192.0.2.7:9011'}"));
    configured("sixth", "s6");
    apply(service("s6-late", "sixth", "/s6", "backend: {url: 'http://192.0.2.8:9011'}"));
    Await.passing(
        () -> assertEqual("Conflicted", condition(service("s6-late"), "Accepted").getReason()));
    client.resources(AIService.class).inNamespace(namespace).withName("s6").delete();
    Await.passing(() -> assertEqual("True", condition(service("s6-late"), "Accepted").getStatus()));
    configured("sixth", "s6-late");
  }

  @Test
  void nothingIsWrittenWhenNothingChanged() {
    apply(gateway("seventh", ""));
    apply(
        service("s7", "seventh", "/s7", "backend: {selector: {matchLabels: {app: x}, port: 80}}"));
    configured("seventh", "s7");
    proxy("seventh", "penstock-seventh-a", "10.0.0.7");
    ready("s7");
    List<String> before = versions("seventh");
    apply(service("other", "seventh", "/other", "backend: {url: 'http://192.0.2.7:9011'}"));
    configured("seventh", "other");
    ready("other");
    List<String> after = versions("seventh");
    assertEquals(
        before, after, "only the config, the gateway's and the new service's status change");
  }

  /** Of all that a further service does not concern. */
  private List<String> versions(String gateway) {
    String base = "penstock-" + gateway;
    return List.of(
        client
            .apps()
            .deployments()
            .inNamespace(namespace)
            .withName(base)
            .get()
            .getMetadata()
            .getResourceVersion(),
        client
            .services()
            .inNamespace(namespace)
            .withName(base)
            .get()
            .getMetadata()
            .getResourceVersion(),
        secret(base + "-tls").getMetadata().getResourceVersion(),
        client
            .services()
            .inNamespace(namespace)
            .withName("s7-backend")
            .get()
            .getMetadata()
            .getResourceVersion(),
        service("s7").getMetadata().getResourceVersion());
  }

  @Test
  void theLeaseIsHandedOver() {
    String other = API.newNamespace("handover");
    var options =
        new OperatorOptions(
            Set.of(other),
            Optional.of(LeaseOptions.of(new ResourceName(other, "lease"), "a")),
            Installation.of("x"),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            List.of());
    var first = PenstockOperator.start(client, options, new ListeningProxies(), Clock.systemUTC());
    Await.until("the first leads", first::leads);
    var second =
        PenstockOperator.start(
            client,
            new OperatorOptions(
                Set.of(other),
                Optional.of(LeaseOptions.of(new ResourceName(other, "lease"), "b")),
                Installation.of("x"),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                List.of()),
            new ListeningProxies(),
            Clock.systemUTC());
    try {
      assertNotEquals(true, second.leads());
      long begin = System.nanoTime();
      first.close();
      Await.until("the second leads", second::leads);
      long millis = (System.nanoTime() - begin) / 1_000_000;
      assertTrue(
          millis < 10_000, "a lease that is handed over need not run out: " + millis + " ms");
    } finally {
      second.close();
    }
  }

  private void ready(String name) {
    Await.passing(
        () -> {
          Condition ready = condition(service(name), "Ready");
          assertEquals("True", ready.getStatus(), ready.getMessage());
          return ready;
        });
  }

  private static <T> T assertPresent(T value) {
    assertNotNull(value);
    return value;
  }

  private static boolean assertTrueThat(boolean value) {
    assertTrue(value);
    return value;
  }

  private static String assertEqual(String wanted, String value) {
    assertEquals(wanted, value);
    return value;
  }

  private Envelope configured(String gateway, String service) {
    return Await.passing(
        () -> {
          Secret secret = assertPresent(secret("penstock-" + gateway + "-config-0"));
          byte[] part = Base64.getDecoder().decode(secret.getData().get("config"));
          Envelope envelope = new EnvelopeCodec().decode(Shards.join(List.of(part)));
          assertNotNull(route(envelope, service));
          return envelope;
        });
  }

  private static Route route(Envelope envelope, String service) {
    return envelope.config().routes().stream()
        .filter(route -> route.service().name().equals(service))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no route of " + service));
  }

  private Secret secret(String name) {
    return client.secrets().inNamespace(namespace).withName(name).get();
  }

  private AIGateway gateway(String name) {
    return client.resources(AIGateway.class).inNamespace(namespace).withName(name).get();
  }

  private AIService service(String name) {
    return client.resources(AIService.class).inNamespace(namespace).withName(name).get();
  }

  private static Condition condition(AIService service, String type) {
    assertNotNull(service.getStatus(), "no status yet");
    return condition(service.getStatus().conditions(), type);
  }

  private static Condition condition(AIGateway gateway, String type) {
    assertNotNull(gateway.getStatus(), "no status yet");
    return condition(gateway.getStatus().conditions(), type);
  }

  private static Condition condition(List<Condition> conditions, String type) {
    return conditions.stream()
        .filter(each -> each.getType().equals(type))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no condition " + type));
  }

  private static String gateway(String name, String fields) {
    return "{apiVersion: penstock.dev/v1alpha1, kind: AIGateway, metadata: {name: %s}, spec: {%s}}"
        .formatted(name, fields);
  }

  private static String service(String name, String gateway, String path, String fields) {
    return ("{apiVersion: penstock.dev/v1alpha1, kind: AIService, metadata: {name: %s}, spec:"
            + " {parentRefs: [{name: %s}], path: %s, %s}}")
        .formatted(name, gateway, path, fields);
  }

  private void apply(String yaml) {
    client.resource("---\n" + yaml).inNamespace(namespace).create();
  }

  /** A pod as a machine would tell of it. */
  private void proxy(String gateway, String name, String address) {
    var deployment =
        client.apps().deployments().inNamespace(namespace).withName("penstock-" + gateway);
    var template = Await.passing(() -> assertPresent(deployment.get())).getSpec().getTemplate();
    var pod = new Pod();
    pod.setMetadata(
        new io.fabric8.kubernetes.api.model.ObjectMetaBuilder(template.getMetadata())
            .withName(name)
            .withNamespace(namespace)
            .build());
    pod.setSpec(template.getSpec());
    pod.getSpec().setServiceAccountName(null);
    Pod created = client.resource(pod).create();
    created.setStatus(
        new io.fabric8.kubernetes.api.model.PodStatusBuilder()
            .withPhase("Running")
            .withPodIP(address)
            .addNewPodIP(address)
            .addNewCondition()
            .withType("Ready")
            .withStatus("True")
            .endCondition()
            .build());
    client.resource(created).updateStatus();
  }
}

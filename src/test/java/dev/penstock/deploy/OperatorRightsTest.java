package dev.penstock.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.Main;
import dev.penstock.api.v1alpha1.AIGateway;
import dev.penstock.api.v1alpha1.AIService;
import dev.penstock.testing.ApiServer;
import dev.penstock.testing.Await;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The operator as its chart lets it, in a process of its own: nothing is refused or unused. */
class OperatorRightsTest {

  @RegisterExtension static final ApiServer API = ApiServer.alone();

  /** The API server keeps a record of what its accounts do. */
  private static final String NAMESPACE = "audited";

  private static final Set<String> OF_ACCESS =
      Set.of("ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding", "ServiceAccount");

  /** Asked by an admission plugin that is off here; see the API server's documentation of it. */
  private static final Set<String> ASKED_BY_ADMISSION =
      Set.of(
          "penstock.dev/aigateways/finalizers update", "penstock.dev/aiservices/finalizers update");

  @TempDir static Path home;

  private static List<JsonNode> access;
  private static Process operator;

  @BeforeAll
  static void start() throws IOException {
    API.client().resource(namespace()).create();
    certManager();
    String rendered =
        Chart.render(Path.of("src/test/resources/chart/defaults/values.yaml"))
            .replace("namespace: ai\n", "namespace: " + NAMESPACE + "\n");
    access =
        Chart.documents(rendered).stream()
            .filter(each -> OF_ACCESS.contains(each.path("kind").asText()))
            .filter(each -> isOperators(each))
            .toList();
    for (JsonNode document : access) {
      HasMetadata object = API.client().getKubernetesSerialization().unmarshal(document.toString());
      API.client().resource(object).create();
    }
    var builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName(),
                "operator",
                "--image=registry.example.com/penstock:test",
                "--lease-name=penstock",
                "--admin-bind=127.0.0.1",
                "--admin-port=0")
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("log").toFile());
    builder.environment().put("KUBECONFIG", kubeconfig().toString());
    builder.environment().put("POD_NAMESPACE", NAMESPACE);
    operator = builder.start();
  }

  private static boolean isOperators(JsonNode document) {
    return document
        .path("metadata")
        .path("labels")
        .path("app.kubernetes.io/component")
        .asText()
        .equals("operator");
  }

  private static HasMetadata namespace() {
    return new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build();
  }

  /** All of cert-manager that an operator sees: the API server knows its kind. */
  private static void certManager() {
    API.client()
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .resource(API.client().getKubernetesSerialization().unmarshal(CERTIFICATES))
        .create();
  }

  private static final String CERTIFICATES =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: certificates.cert-manager.io}
      spec:
        group: cert-manager.io
        scope: Namespaced
        names: {kind: Certificate, plural: certificates, singular: certificate}
        versions:
          - name: v1
            served: true
            storage: true
            schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
      """;

  private static Path kubeconfig() throws IOException {
    String account =
        access.stream()
            .filter(each -> each.path("kind").asText().equals("ServiceAccount"))
            .findFirst()
            .orElseThrow()
            .path("metadata")
            .path("name")
            .asText();
    TokenRequest token =
        API.client()
            .serviceAccounts()
            .inNamespace(NAMESPACE)
            .withName(account)
            .tokenRequest(new TokenRequest());
    var config = API.client().getConfiguration();
    String authority =
        config.getCaCertData() != null
            ? "certificate-authority-data: " + config.getCaCertData()
            : "certificate-authority: " + config.getCaCertFile();
    return Files.writeString(
        home.resolve("kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {server: "%s", %s}}]
        users: [{name: u, user: {token: "%s"}}]
        contexts: [{name: x, context: {cluster: c, user: u}}]
        current-context: x
        """
            .formatted(config.getMasterUrl(), authority, token.getStatus().getToken()));
  }

  @AfterAll
  static void stop() throws InterruptedException {
    if (operator != null) {
      operator.destroy();
      assertTrue(operator.waitFor(20, TimeUnit.SECONDS), "it ends");
    }
    var definitions = API.client().apiextensions().v1().customResourceDefinitions();
    definitions.withName("certificates.cert-manager.io").delete();
    Await.until(
        "cert-manager is gone",
        () -> definitions.withName("certificates.cert-manager.io").get() == null);
  }

  @Test
  void theWholeLifeOfAGatewayNeedsExactlyWhatTheChartAllows() throws IOException {
    live();

    assertEquals(Set.of(), Rights.refused(API.auditLog()), OperatorRightsTest::log);
    Set<String> unused = new TreeSet<>(Rights.allowed(access));
    unused.removeAll(ASKED_BY_ADMISSION);
    Await.passing(
        () -> {
          unused.removeAll(Rights.used(API.auditLog()));
          assertEquals(Set.of(), unused);
          return true;
        });
    assertEquals(
        0, log().lines().filter(line -> line.contains(" ERROR ")).count(), OperatorRightsTest::log);
  }

  private static void live() {
    apply("AIGateway", "{proxy: {autoscaling: {maxReplicas: 4}}, hostnames: [ai.example.com]}");
    apply("AIService", "{path: /a, backend: {selector: {matchLabels: {app: a}, port: 80}}}");
    awaitPresent(HorizontalPodAutoscaler.class, "penstock-default");
    awaitPresent(Service.class, "default-backend");
    awaitPresent(PodDisruptionBudget.class, "penstock-default");

    apply("AIService", "{path: /a, backend: {url: 'http://192.0.2.7:9011'}}");
    awaitPresent(EndpointSlice.class, "default-backend");
    apply("AIService", "{path: /a, backend: {url: 'http://backend.example.com'}}");
    awaitGone(EndpointSlice.class, "default-backend");
    awaitGone(Service.class, "default-backend");

    apply("AIGateway", "{proxy: {replicas: 1}, hostnames: [ai.example.com]}");
    awaitGone(HorizontalPodAutoscaler.class, "penstock-default");
    awaitGone(PodDisruptionBudget.class, "penstock-default");
    awaitPresent(Secret.class, "penstock-default-tls");
    issued();
    aSecretOfAnotherType();
    API.client().apps().deployments().inNamespace(NAMESPACE).withName("penstock-default").scale(5);
    Await.until(
        "put back", () -> get(Deployment.class, "penstock-default").getSpec().getReplicas() == 1);
    aRenamedPort();
    delete(AIService.class);
    delete(AIGateway.class);
  }

  private static void issued() {
    apply(
        "AIGateway",
        "{proxy: {replicas: 1}, hostnames: [ai.example.com], tls: {issuerRef: {name: ca}}}");
    Await.until("a Certificate", () -> certificates() == 1);
    apply("AIGateway", "{proxy: {replicas: 1}, hostnames: [ai.example.com]}");
    Await.until("no Certificate", () -> certificates() == 0);
  }

  private static int certificates() {
    return API.client()
        .genericKubernetesResources("cert-manager.io/v1", "Certificate")
        .inNamespace(NAMESPACE)
        .list()
        .getItems()
        .size();
  }

  /** The type of a Secret never changes: one that somebody restored with another is made anew. */
  private static void aSecretOfAnotherType() {
    apply("AIGateway", "{proxy: {replicas: 1}, tls: {mode: Disabled}}");
    Await.until(
        "no https", () -> get(Service.class, "penstock-default").getSpec().getPorts().size() == 1);
    Secret secret = get(Secret.class, "penstock-default-tls");
    API.client().resource(secret).delete();
    secret.getMetadata().setResourceVersion(null);
    secret.getMetadata().setUid(null);
    secret.setType("Opaque");
    secret.setData(Map.of("tls.crt", "eA=="));
    API.client().resource(secret).create();
    apply("AIGateway", "{proxy: {replicas: 1}, hostnames: [ai.example.com]}");
    Await.until(
        "made anew",
        () -> {
          Secret now = get(Secret.class, "penstock-default-tls");
          return now != null && now.getType().equals("kubernetes.io/tls");
        });
  }

  private static void aRenamedPort() {
    API.client()
        .services()
        .inNamespace(NAMESPACE)
        .withName("penstock-default")
        .edit(
            service -> {
              service.getSpec().getPorts().getFirst().setPort(8080);
              return service;
            });
    Await.until(
        "put back",
        () ->
            get(Service.class, "penstock-default").getSpec().getPorts().stream()
                .noneMatch(port -> port.getPort() == 8080));
  }

  private static void delete(Class<? extends HasMetadata> kind) {
    API.client().resources(kind).inNamespace(NAMESPACE).delete();
  }

  private static void apply(String kind, String spec) {
    KubernetesClient client = API.client();
    client
        .resource(
            client
                .getKubernetesSerialization()
                .unmarshal(
                    "---\n{apiVersion: penstock.dev/v1alpha1, kind: %s, metadata: {name: default,"
                            .formatted(kind)
                        + " namespace: %s}, spec: %s}".formatted(NAMESPACE, spec),
                    GenericKubernetesResource.class))
        .forceConflicts()
        .serverSideApply();
  }

  private static <T extends HasMetadata> T get(Class<T> kind, String name) {
    return API.client().resources(kind).inNamespace(NAMESPACE).withName(name).get();
  }

  private static void awaitPresent(Class<? extends HasMetadata> kind, String name) {
    Await.until(kind.getSimpleName() + " " + name, () -> get(kind, name) != null);
  }

  private static void awaitGone(Class<? extends HasMetadata> kind, String name) {
    Await.until("gone: " + kind.getSimpleName() + " " + name, () -> get(kind, name) == null);
  }

  private static String log() {
    try {
      return Files.readString(home.resolve("log"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}

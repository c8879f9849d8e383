package dev.penstock.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.Release;
import dev.penstock.api.v1alpha1.AIGateway;
import dev.penstock.testing.ApiServer;
import dev.penstock.testing.Await;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The chart and a real API server. */
class ChartOnClusterTest {

  @RegisterExtension static final ApiServer API = ApiServer.withControllers();

  private static final Path CASES = Path.of("src/test/resources/chart");
  private static final String RELEASE = "penstock";
  private static final String JOB = "penstock-install-crds";
  private static final String REDIS = "penstock-limiter-redis";
  private static final Map<String, String> RESTRICTED =
      Map.of("pod-security.kubernetes.io/enforce", "restricted");

  @ParameterizedTest
  @ValueSource(strings = {"defaults", "own-redis", "namespaced", "everything", "alone"})
  void theServerTakesEveryObject(String name) {
    String namespace = API.newNamespace("chart", RESTRICTED);
    Await.until(
        "the account of pods",
        () ->
            API.client().serviceAccounts().inNamespace(namespace).withName("default").get()
                != null);
    String rendered =
        Chart.render(CASES.resolve(name).resolve("values.yaml"))
            .replace("namespace: ai\n", "namespace: " + namespace + "\n")
            .replace("namespace: team-b\n", "namespace: " + namespace + "\n")
            .replace("name: ai-penstock", "name: " + namespace + "-penstock");
    for (JsonNode document : Chart.documents(rendered)) {
      if (!document.path("apiVersion").asText().startsWith("monitoring.coreos.com/")) {
        HasMetadata object =
            API.client().getKubernetesSerialization().unmarshal(document.toString());
        assertNotNull(
            API.client().resource(object).dryRun(true).fieldValidation(Validation.STRICT).create(),
            document::toString);
        admitted(namespace, document.path("spec").path("template"));
      }
    }
  }

  /** Pod Security is asked about pods, and a dry run makes none. */
  private static void admitted(String namespace, JsonNode template) {
    if (template.path("spec").has("containers")) {
      PodTemplateSpec pod =
          API.client().getKubernetesSerialization().convertValue(template, PodTemplateSpec.class);
      pod.getSpec().setServiceAccountName(null);
      pod.getSpec().setAutomountServiceAccountToken(false);
      pod.getSpec().setPriorityClassName(null);
      API.client()
          .resource(
              new PodBuilder()
                  .withNewMetadata()
                  .withName("pod")
                  .withNamespace(namespace)
                  .endMetadata()
                  .withSpec(pod.getSpec())
                  .build())
          .dryRun(true)
          .create();
    }
  }

  @Test
  void aReleaseIsInstalledUpgradedAndRemovedAndItsGatewayStays() throws Exception {
    String namespace = API.newNamespace("release");
    withCrdsJob(namespace, () -> install(namespace));
    Map<String, String> password = secret(namespace).getData();
    assertEquals(
        "[" + REDIS + "." + namespace + ".svc:6379]",
        String.valueOf(gateway(namespace).getSpec().limiter().redis().addresses()));

    withCrdsJob(namespace, () -> upgrade(namespace));
    assertEquals(password, secret(namespace).getData());

    Helm.uninstall(RELEASE).withNamespace(namespace).withKubeConfig(API.kubeconfig()).call();
    assertNotNull(gateway(namespace), "helm uninstall must keep it");
    assertNull(secret(namespace));
  }

  /**
   * Does what the Job's pod would do, with the rights that the pod would have: nothing runs pods
   * here.
   */
  private static void withCrdsJob(String namespace, Callable<Release> helm) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var release = threads.submit(helm);
      var jobs = API.client().batch().v1().jobs().inNamespace(namespace).withName(JOB);
      Await.until("the Job of the CRDs", () -> release.isDone() || jobs.get() != null);
      Job job = jobs.get();
      if (job != null) {
        PodSpec pod = job.getSpec().getTemplate().getSpec();
        var applied = CrdsRun.as(API, namespace, pod.getServiceAccountName());
        assertEquals(0, applied.exitCode(), applied::err);
        Await.until("the Job's pod", () -> waiting(namespace).isPresent());
        API.client().resource(waiting(namespace).get()).editStatus(ChartOnClusterTest::succeeded);
      }
      assertEquals("deployed", release.get().getStatus());
      assertNotNull(job, "there was no Job");
    }
  }

  private static Optional<Pod> waiting(String namespace) {
    return API
        .client()
        .pods()
        .inNamespace(namespace)
        .withLabel("job-name", JOB)
        .list()
        .getItems()
        .stream()
        .filter(pod -> pod.getStatus().getPhase().equals("Pending"))
        .findFirst();
  }

  private static Pod succeeded(Pod pod) {
    return new PodBuilder(pod).editStatus().withPhase("Succeeded").endStatus().build();
  }

  private static Release install(String namespace) {
    return Chart.helm()
        .install()
        .withName(RELEASE)
        .withNamespace(namespace)
        .withKubeConfig(API.kubeconfig())
        .call();
  }

  private static Release upgrade(String namespace) {
    return Chart.helm()
        .upgrade()
        .withName(RELEASE)
        .withNamespace(namespace)
        .withKubeConfig(API.kubeconfig())
        .set("operator.replicas", 2)
        .call();
  }

  private static AIGateway gateway(String namespace) {
    return API.client().resources(AIGateway.class).inNamespace(namespace).withName("default").get();
  }

  private static Secret secret(String namespace) {
    return API.client().secrets().inNamespace(namespace).withName(REDIS).get();
  }
}

package dev.penstock.operator;

import static java.net.http.HttpResponse.BodyHandlers.ofString;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything that a gateway and its services own is made, put back and made again. */
class DriftTest {

  @RegisterExtension static final ApiServer API = ApiServer.alone();

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final PatchContext BY_HAND =
      new PatchContext.Builder().withPatchType(PatchType.JSON).withFieldManager("hand").build();

  private static Scene scene;
  private static PenstockOperator operator;

  /** A field that somebody changes. */
  record Change(Class<? extends HasMetadata> kind, String name, String pointer, String value) {

    @Override
    public String toString() {
      return kind.getSimpleName() + " " + name + " " + pointer;
    }
  }

  static Stream<Change> changes() {
    String gateway = "penstock-default";
    return Stream.of(
        new Change(ServiceAccount.class, gateway, "/automountServiceAccountToken", "true"),
        new Change(NetworkPolicy.class, gateway, "/spec/ingress", "[{}]"),
        new Change(Service.class, gateway, "/spec/ports/0/targetPort", "1"),
        new Change(Service.class, gateway, "/metadata/labels/app.kubernetes.io~1part-of", "\"x\""),
        new Change(Service.class, gateway, "/metadata/ownerReferences", "[]"),
        new Change(
            PodDisruptionBudget.class, gateway, "/spec/selector/matchLabels", "{\"a\":\"b\"}"),
        new Change(Deployment.class, gateway, "/spec/template/spec/containers/0/image", "\"evil\""),
        new Change(
            Deployment.class, gateway, "/spec/template/spec/automountServiceAccountToken", "true"),
        new Change(HorizontalPodAutoscaler.class, gateway, "/spec/maxReplicas", "99"),
        new Change(Secret.class, gateway + "-config-0", "/data/config", "\"eA==\""),
        new Change(Secret.class, gateway + "-tls", "/data/tls.crt", "\"eA==\""),
        new Change(Service.class, "pods-backend", "/spec/selector", "{\"app\":\"evil\"}"),
        new Change(
            EndpointSlice.class, "outside-backend", "/endpoints/0/addresses/0", "\"192.0.2.66\""));
  }

  @BeforeAll
  static void start() {
    scene = Scene.on(API);
    scene.gateway("{hostnames: [ai.example.com], proxy: {autoscaling: {maxReplicas: 4}}}");
    scene.service("pods", "{path: /a, backend: {selector: {matchLabels: {app: a}, port: 80}}}");
    scene.service("outside", "{path: /b, backend: {url: 'http://192.0.2.7:9011'}}");
    operator = Operators.start(API.client(), scene.namespace());
    scene.awaitGateway("Accepted", "True");
    changes().forEach(change -> Await.until("made: " + change, () -> standing(change) != null));
  }

  @AfterAll
  static void stop() {
    if (operator != null) {
      operator.close();
    }
  }

  @ParameterizedTest
  @MethodSource("changes")
  void whatIsChangedByHandIsPutBack(Change change) {
    JsonNode before = tree(change).at(change.pointer());
    assertTrue(!before.isMissingNode(), () -> tree(change).toString());
    API.client()
        .resources(change.kind())
        .inNamespace(scene.namespace())
        .withName(change.name())
        .patch(
            BY_HAND,
            "[{\"op\":\"replace\",\"path\":\"%s\",\"value\":%s}]"
                .formatted(change.pointer(), change.value()));

    Await.passing(
        () -> {
          JsonNode now = tree(change).at(change.pointer());
          if (change.pointer().equals("/data/tls.crt")) {
            assertNotEquals(change.value(), now.toString()); // another certificate
          } else if (change.pointer().equals("/data/config")) {
            assertNotEquals(change.value(), now.toString()); // with a later sequence
          } else {
            assertEquals(before, now);
          }
          return now;
        });
  }

  @ParameterizedTest
  @MethodSource("changes")
  void whatIsDeletedIsMadeAgain(Change change) {
    String uid = standing(change).getMetadata().getUid();
    API.client()
        .resources(change.kind())
        .inNamespace(scene.namespace())
        .withName(change.name())
        .withGracePeriod(0)
        .delete();

    Await.until(
        "made again: " + change,
        () -> {
          HasMetadata now = standing(change);
          return now != null && !now.getMetadata().getUid().equals(uid);
        });
  }

  /** No round is under way that would see the change without having been told of it. */
  @BeforeEach
  void awaitRest() {
    Await.rest("the operator", DriftTest::rounds);
  }

  private static long rounds() {
    try (var client = HttpClient.newHttpClient()) {
      String url = "http://127.0.0.1:%d/metrics".formatted(operator.adminAddress().getPort());
      String page = client.send(HttpRequest.newBuilder(URI.create(url)).build(), ofString()).body();
      return page.lines()
          .filter(line -> line.startsWith("penstock_operator_reconcile_seconds_count"))
          .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static HasMetadata standing(Change change) {
    return scene.get(change.kind(), change.name());
  }

  private static JsonNode tree(Change change) {
    return JSON.valueToTree(standing(change));
  }
}

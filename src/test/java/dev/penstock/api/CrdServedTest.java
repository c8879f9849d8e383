package dev.penstock.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.api.v1alpha1.AIGateway;
import dev.penstock.api.v1alpha1.AIService;
import dev.penstock.testing.ApiServer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a real API server makes of our resources. */
class CrdServedTest {

  @RegisterExtension static final ApiServer API = ApiServer.alone();

  private static final ObjectMapper JSON = new ObjectMapper();

  static List<Resources.Sample> samples() {
    return Resources.valid();
  }

  /** What is served from files has the same defaults: both come from the schema. */
  @ParameterizedTest
  @MethodSource("samples")
  void defaultsAreThoseOfTheFiles(Resources.Sample sample) throws IOException {
    ObjectNode expected = sample.resource().deepCopy();
    Schema.of(sample.plural()).applyDefaults(expected);

    JsonNode stored = Resources.create(API, sample.plural(), sample.resource());

    assertEquals(expected.path("spec"), stored.path("spec"));
  }

  @Test
  void statusIsNotWrittenWithTheSpecNorTheSpecWithTheStatus() throws IOException {
    ObjectNode resource = service("apart");
    resource.putObject("status").put("hosts", "forged.example.com");
    JsonNode stored = Resources.create(API, "aiservices", resource);
    assertTrue(stored.path("status").isMissingNode(), stored::toString);

    JsonNode patched =
        status("apart", "first", "{\"hosts\":\"ai.example.com\"},\"spec\":{\"path\":\"/other\"}");
    assertEquals("ai.example.com", patched.at("/status/hosts").asText());
    assertEquals("/apart", patched.at("/spec/path").asText());
    assertEquals(1, patched.at("/metadata/generation").asInt());
  }

  @Test
  void twoManagersKeepTheirOwnConditions() throws IOException {
    Resources.create(API, "aiservices", service("shared"));
    status("shared", "penstock", conditions(condition("Ready"), condition("Accepted")));
    JsonNode both = status("shared", "other", conditions(condition("Billed")));
    assertEquals(List.of("Accepted", "Billed", "Ready"), types(both));

    JsonNode less = status("shared", "penstock", conditions(condition("Ready")));
    assertEquals(List.of("Billed", "Ready"), types(less));
  }

  @Test
  void aConditionOfNoneOfThreeStatesIsRefused() throws IOException {
    Resources.create(API, "aiservices", service("odd"));
    String odd = condition("Ready").replace("\"True\"", "\"Maybe\"");
    var refusal =
        assertThrows(
            KubernetesClientException.class, () -> status("odd", "penstock", conditions(odd)));
    assertTrue(refusal.getMessage().contains("status.conditions[0].status"), refusal::getMessage);
  }

  @Test
  void kubectlPrintsTheColumns() throws IOException {
    ObjectNode resource = service("listed");
    ((ObjectNode) resource.path("spec")).putObject("rateLimit").put("rate", "6r/m");
    Resources.create(API, "aiservices", resource);
    status(
        "listed",
        "penstock",
        conditions(condition("Ready")).replaceFirst("}$", ",\"hosts\":\"ai.example.com\"}"));

    List<String> lines = API.kubectl("get", "aisvc", "listed").lines().toList();

    assertEquals(List.of("NAME", "HOST", "PATH", "RATE", "READY", "AGE"), words(lines.get(0)));
    assertEquals(
        List.of("listed", "ai.example.com", "/listed", "6r/m", "True"),
        words(lines.get(1)).subList(0, 5));
  }

  @Test
  void kubectlPrintsAGatewaysColumns() throws IOException {
    ObjectNode gateway = (ObjectNode) JSON.readTree("{\"kind\":\"AIGateway\"}");
    gateway.put("apiVersion", "penstock.dev/v1alpha1").putObject("metadata").put("name", "shown");
    Resources.create(API, "aigateways", gateway);
    apply(
        AIGateway.class,
        "AIGateway",
        "shown",
        "penstock",
        "{\"addresses\":[\"192.0.2.1\",\"192.0.2.2\"],\"attachedServices\":3,"
            + conditions(condition("Programmed"), condition("Ready")).substring(1));

    List<String> lines = API.kubectl("get", "aigw", "shown").lines().toList();

    assertEquals(
        List.of("NAME", "ADDRESSES", "PROGRAMMED", "READY", "SERVICES", "AGE"),
        words(lines.get(0)));
    assertTrue(lines.get(1).contains("192.0.2.1"), lines.get(1));
    assertTrue(lines.get(1).contains("192.0.2.2"), lines.get(1));
    assertTrue(lines.get(1).matches(".* True +True +3 .*"), lines.get(1));
  }

  @Test
  void theCategoryListsBothKinds() throws IOException {
    Resources.create(API, "aiservices", service("one-of-all"));
    assertTrue(API.kubectl("get", "penstock").contains("aiservice.penstock.dev/one-of-all"));
  }

  private static ObjectNode service(String name) throws IOException {
    return (ObjectNode)
        JSON.readTree(
            """
            {"apiVersion": "penstock.dev/v1alpha1", "kind": "AIService",
             "metadata": {"name": "%s"},
             "spec": {"path": "/%s", "backend": {"service": {"name": "a", "port": 80}}}}
            """
                .formatted(name, name));
  }

  private static JsonNode status(String name, String manager, String status) throws IOException {
    return apply(AIService.class, "AIService", name, manager, status);
  }

  /** Server-side apply of the status by this field manager. */
  private static JsonNode apply(
      Class<? extends HasMetadata> type, String kind, String name, String manager, String status)
      throws IOException {
    var applied =
        API.client()
            .resources(type)
            .inNamespace(API.namespace())
            .withName(name)
            .subresource("status")
            .patch(
                new PatchContext.Builder()
                    .withPatchType(PatchType.SERVER_SIDE_APPLY)
                    .withFieldManager(manager)
                    .withForce(true)
                    .build(),
                "{\"apiVersion\":\"penstock.dev/v1alpha1\",\"kind\":\"%s\",\"metadata\":{\"name\":\"%s\"},\"status\":%s}"
                    .formatted(kind, name, status));
    return JSON.valueToTree(applied);
  }

  private static String conditions(String... conditions) {
    return "{\"conditions\":[" + String.join(",", conditions) + "]}";
  }

  private static String condition(String type) {
    return """
    {"type":"%s","status":"True","reason":"Tested","message":"","lastTransitionTime":"2026-01-01T00:00:00Z"}"""
        .formatted(type);
  }

  private static List<String> types(JsonNode resource) {
    return resource
        .at("/status/conditions")
        .valueStream()
        .map(condition -> condition.path("type").asText())
        .sorted()
        .toList();
  }

  private static List<String> words(String line) {
    return List.of(line.strip().split("\\s+", -1));
  }
}

package dev.penstock.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.penstock.api.v1alpha1.AIGateway;
import dev.penstock.api.v1alpha1.AIService;
import dev.penstock.testing.ApiServer;
import dev.penstock.testing.Await;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Every field of a full AIService and AIGateway is taken away, made nonsense and put back: the
 * operator judges each state, and at the end all is as it was at the beginning.
 */
class EveryFieldTest {

  @RegisterExtension static final ApiServer API = ApiServer.alone();

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final String SMALL = "{path: /stt, backend: {url: 'http://192.0.2.7'}}";

  private final Scene scene = Scene.on(API);

  @Test
  void noFieldOfAServiceLeavesAnythingStuck() throws IOException {
    ObjectNode full = spec("aiservice-everything");
    full.putArray("parentRefs").addObject().put("name", "default");
    full.remove("hostnames");
    scene.gateway("{proxy: {service: {type: ClusterIP}}}");
    scene.service("a", SMALL);
    try (var _ = Operators.start(API.client(), scene.namespace())) {
      scene.readyProxy("proxy-1");
      scene.awaitService("a", "Ready", "True");
      String pods = template();
      for (ObjectNode changed : variants(full)) {
        replace(AIService.class, "AIService", "a", changed);
        judged(AIService.class, "a", changed);
        assertEquals(pods, template(), changed::toString);
      }
      replace(AIService.class, "AIService", "a", (ObjectNode) YAML.readTree(SMALL));
      scene.awaitService("a", "Ready", "True");
      assertEquals(pods, template());
    }
  }

  @Test
  void noFieldOfAGatewayLeavesAnythingStuck() throws IOException {
    ObjectNode full = spec("aigateway-everything");
    full.remove("hostnames");
    scene.gateway("{}");
    scene.service("a", SMALL);
    try (var _ = Operators.start(API.client(), scene.namespace())) {
      scene.readyProxy("proxy-1");
      scene.awaitService("a", "Ready", "True");
      String pods = template();
      for (ObjectNode changed : variants(full)) {
        replace(AIGateway.class, "AIGateway", "default", changed);
        judged(AIGateway.class, "default", changed);
      }
      replace(AIGateway.class, "AIGateway", "default", YAML.createObjectNode());
      scene.awaitGateway("Ready", "True");
      scene.awaitService("a", "Ready", "True");
      Await.until("the pods as at first", () -> template().equals(pods));
    }
  }

  /** Each without one field of any depth, and each with nonsense in its place. */
  private static List<ObjectNode> variants(ObjectNode full) {
    var variants = new ArrayList<ObjectNode>();
    variants.add(full);
    for (String pointer : pointers("", full)) {
      int slash = pointer.lastIndexOf('/');
      String field = pointer.substring(slash + 1).replace("~1", "/");
      ObjectNode without = full.deepCopy();
      ((ObjectNode) without.at(pointer.substring(0, slash))).remove(field);
      variants.add(without);
      ObjectNode nonsense = full.deepCopy();
      ((ObjectNode) nonsense.at(pointer.substring(0, slash))).put(field, "0");
      variants.add(nonsense);
    }
    variants.add(full);
    return variants;
  }

  private static List<String> pointers(String above, JsonNode node) {
    return node.properties().stream()
        .flatMap(
            field -> {
              String pointer = above + "/" + field.getKey().replace("/", "~1");
              return Stream.concat(
                  Stream.of(pointer), pointers(pointer, field.getValue()).stream());
            })
        .toList();
  }

  private void replace(
      Class<? extends HasMetadata> kind, String word, String name, ObjectNode spec) {
    ObjectNode resource = YAML.createObjectNode().put("kind", word);
    resource.put("apiVersion", "penstock.dev/v1alpha1");
    resource
        .putObject("metadata")
        .put("name", name)
        .put("resourceVersion", scene.get(kind, name).getMetadata().getResourceVersion());
    resource.set("spec", spec);
    String path =
        "/apis/penstock.dev/v1alpha1/namespaces/%s/%ss/%s"
            .formatted(scene.namespace(), word.toLowerCase(Locale.ROOT), name);
    try {
      API.client().raw(path, "PUT", resource.toString());
    } catch (KubernetesClientException e) {
      if (e.getCode() == 409) {
        replace(kind, word, name, spec); // the status was written meanwhile
      } else if (e.getCode() != 422) {
        throw e;
      }
    }
  }

  /** The operator has told what it thinks of the present state. */
  private void judged(Class<? extends HasMetadata> kind, String name, ObjectNode spec) {
    Await.until("judged: " + spec, () -> !scene.condition(kind, name, "Accepted").isEmpty());
  }

  private String template() {
    return scene.get(Deployment.class, "penstock-default").getSpec().getTemplate().toString();
  }

  private static ObjectNode spec(String name) throws IOException {
    JsonNode file = YAML.readTree(Path.of("src/test/resources/crd/valid", name + ".yaml").toFile());
    return (ObjectNode) file.path("spec");
  }
}

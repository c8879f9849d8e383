package dev.penstock.operator.resources;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.api.v1alpha1.AIGateway;
import dev.penstock.api.v1alpha1.AIService;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The cases of owned objects, and how objects are written down for people to review. */
final class Golden {

  static final Path CASES = Path.of("src/test/resources/operator-resources");
  static final String DEFAULTS = "gateway-defaults";
  static final Installation INSTALLATION =
      new Installation(
          "registry.example.com/penstock:1.0.0",
          Optional.empty(),
          List.of(),
          Optional.of(Installation.OperatorPods.of("penstock-system")));

  private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();
  private static final ObjectMapper JSON = new ObjectMapper();

  private Golden() {}

  static AIGateway gateway(String name) throws IOException {
    return SERIALIZATION.unmarshal(
        Files.readString(CASES.resolve(name).resolve("in-gateway.yaml")), AIGateway.class);
  }

  static GatewayShape shape(String name) throws IOException {
    return new GatewayShape(gateway(name), INSTALLATION);
  }

  static AIService service(String name) throws IOException {
    return SERIALIZATION.unmarshal(
        Files.readString(CASES.resolve(name).resolve("in-service.yaml")), AIService.class);
  }

  static <T extends HasMetadata> T only(List<HasMetadata> objects, Class<T> kind) {
    return objects.stream().filter(kind::isInstance).map(kind::cast).findFirst().orElseThrow();
  }

  /** The very form that a client sends, object after object. */
  static String yaml(List<HasMetadata> wanted, List<OwnedObject> unwanted) {
    var text = new StringBuilder();
    wanted.forEach(object -> text.append(SERIALIZATION.asYaml(object)));
    unwanted.forEach(object -> text.append("# without ").append(object.kind()).append('\n'));
    return text.toString();
  }

  /** Each value that is not the same, by its place. */
  static String changes(GatewayObjects before, GatewayObjects after) {
    Map<String, String> old = leaves(before);
    Map<String, String> now = leaves(after);
    // Of an object that is gone one line tells enough.
    after
        .unwanted()
        .forEach(gone -> old.keySet().removeIf(leaf -> leaf.startsWith(gone.kind() + ".")));
    var lines = new TreeMap<String, String>();
    old.forEach(
        (place, value) -> {
          if (!now.containsKey(place)) {
            lines.put(place, "- " + place + ": " + value);
          }
        });
    now.forEach(
        (place, value) -> {
          String was = old.get(place);
          if (was == null) {
            lines.put(place, "+ " + place + ": " + value);
          } else if (!was.equals(value)) {
            lines.put(place, "~ " + place + ": " + was + " -> " + value);
          }
        });
    return lines.isEmpty() ? "none\n" : String.join("\n", lines.values()) + "\n";
  }

  private static Map<String, String> leaves(GatewayObjects objects) {
    var leaves = new TreeMap<String, String>();
    for (HasMetadata object : objects.wanted()) {
      collect(
          object.getKind(),
          JSON.valueToTree(SERIALIZATION.convertValue(object, Map.class)),
          leaves);
    }
    objects.unwanted().forEach(object -> leaves.put(object.kind(), "unwanted"));
    return leaves;
  }

  private static void collect(String place, JsonNode node, Map<String, String> leaves) {
    if (node.isObject()) {
      node.properties()
          .forEach(field -> collect(place + "." + field.getKey(), field.getValue(), leaves));
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        collect(place + "[" + i + "]", node.get(i), leaves);
      }
    } else {
      leaves.put(place, node.asText());
    }
  }
}

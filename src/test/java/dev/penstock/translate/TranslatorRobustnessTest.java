package dev.penstock.translate;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a manifest says is translated or reported, never thrown. */
class TranslatorRobustnessTest {

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int ROUNDS = 60;

  private static final List<JsonNode> ODD =
      List.of(
          NODES.nullNode(),
          NODES.textNode(""),
          NODES.textNode(" "),
          NODES.textNode("a\nb\"'{}"),
          NODES.textNode("/../.."),
          NODES.textNode("http://[::"),
          NODES.textNode("x".repeat(5000)),
          NODES.numberNode(-1),
          NODES.numberNode(Integer.MAX_VALUE),
          NODES.arrayNode(),
          NODES.arrayNode().addNull(),
          NODES.objectNode());

  static List<String> cases() throws IOException {
    return TranslatorGoldenTest.cases();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void damagedManifestsAreReported(String name) throws IOException {
    Path folder = Path.of("src/test/resources/golden", name);
    List<JsonNode> documents =
        YAML.readerFor(JsonNode.class)
            .<JsonNode>readValues(Files.readString(folder.resolve("in-resources.yaml")))
            .readAll();
    Environment environment = TranslatorGoldenTest.environment(folder);
    var random = new Random(name.hashCode());
    int understood = 0;
    for (int round = 0; round < ROUNDS; round++) {
      List<JsonNode> damaged = damaged(documents, random);
      Optional<Manifests> manifests = read(damaged);
      if (manifests.isPresent()) {
        understood++;
        check(manifests.get(), environment, damaged);
      }
    }
    assertTrue(understood > 0, "nothing could be read");
  }

  private static void check(Manifests manifests, Environment environment, List<JsonNode> damaged) {
    var inputs =
        new Inputs(manifests.gateways.getFirst(), manifests.services, manifests, environment);
    Translation translation =
        assertDoesNotThrow(() -> Translator.translate(inputs), damaged::toString);
    var missing =
        assertDoesNotThrow(
            () -> Translator.missingParents(manifests.gatewayNames(), manifests.services),
            damaged::toString);
    for (Problem problem : translation.problems()) {
      assertTrue(problem.field().startsWith("spec"), problem::toString);
      assertEquals(1, problem.toString().lines().count(), problem::toString);
    }
    missing.forEach(problem -> assertTrue(problem.field().startsWith("spec.parentRefs")));
    translation
        .config()
        .ifPresent(
            config ->
                assertEquals(
                    translation.attached(),
                    config.routes().stream()
                        .filter(route -> !route.upstream().isMissing())
                        .map(route -> route.service())
                        .toList()));
  }

  /** Copies with one to three fields or items, of the specs, replaced by something odd. */
  private static List<JsonNode> damaged(List<JsonNode> documents, Random random) {
    List<JsonNode> copies = documents.stream().<JsonNode>map(JsonNode::deepCopy).toList();
    var places = new ArrayList<Runnable>();
    for (JsonNode copy : copies) {
      if (copy.path("kind").asText().startsWith("AI")) {
        collect(copy.path("spec"), random, places);
      }
    }
    for (int i = 0; !places.isEmpty() && i <= random.nextInt(3); i++) {
      places.get(random.nextInt(places.size())).run();
    }
    return copies;
  }

  private static void collect(JsonNode node, Random random, List<Runnable> places) {
    if (node instanceof ObjectNode object) {
      for (var field : object.properties()) {
        places.add(() -> object.set(field.getKey(), odd(field.getValue(), random)));
        collect(field.getValue(), random, places);
      }
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        int index = i;
        places.add(() -> array.set(index, odd(array.get(index), random)));
        collect(array.get(i), random, places);
      }
    }
  }

  /** Mostly of the same type, so that it gets past the reader. */
  private static JsonNode odd(JsonNode instead, Random random) {
    List<JsonNode> alike =
        ODD.stream()
            .filter(node -> node.isNull() || node.getNodeType() == instead.getNodeType())
            .toList();
    List<JsonNode> choice = random.nextInt(5) == 0 ? ODD : alike;
    return choice.get(random.nextInt(choice.size())).deepCopy();
  }

  /** Absent when a value has the wrong type: that is the reader's to report. */
  private static Optional<Manifests> read(List<JsonNode> documents) {
    try {
      return Optional.of(Manifests.of(documents));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}

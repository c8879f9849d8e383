package dev.penstock.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.testing.ApiServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every pattern, enum, length, range, type and required field of the schemas, broken one at a time
 * in a file of {@code crd/valid} that has the field: a real API server must name the field.
 */
class CrdBoundsTest {

  @RegisterExtension static final ApiServer API = ApiServer.alone();

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** A value in place of one that is there, and what the answer must say after the field's name. */
  private record Wrong(JsonNode value, String answer) {}

  /**
   * Where a field stands in a file.
   *
   * @param field as the API server names it, such as {@code spec.parentRefs[0].name}
   */
  private record Place(ObjectNode resource, String pointer, String field) {

    Place below(String key) {
      return new Place(resource, pointer + "/" + key.replace("/", "~1"), field + "." + key);
    }

    Place first() {
      return new Place(resource, pointer + "/0", field + "[0]");
    }

    JsonNode value() {
      return resource.at(pointer);
    }

    ObjectNode with(JsonNode value) {
      ObjectNode copy = resource.deepCopy();
      int slash = pointer.lastIndexOf('/');
      JsonNode parent = copy.at(pointer.substring(0, slash));
      String key = pointer.substring(slash + 1).replace("~1", "/");
      if (parent instanceof ObjectNode object) {
        object.set(key, value);
      } else {
        ((ArrayNode) parent).set(Integer.parseInt(key), value);
      }
      return copy;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"aigateways", "aiservices"})
  void everyBoundIsKept(String plural) throws IOException {
    var failures = new ArrayList<String>();
    int tried = 0;
    for (Schema schema : fields(plural)) {
      Optional<Place> place = place(plural, schema);
      if (place.isEmpty()) {
        failures.add("no file of crd/valid has " + schema.path());
        continue;
      }
      for (Wrong wrong : wrongs(schema, place.orElseThrow().value())) {
        tried++;
        judge(plural, place.orElseThrow(), wrong).ifPresent(failures::add);
      }
    }
    assertEquals(List.of(), failures);
    assertTrue(tried > 200, "only " + tried + " values were tried");
  }

  private static Optional<String> judge(String plural, Place place, Wrong wrong) {
    String answer =
        Resources.refusal(API, plural, place.with(wrong.value())).orElse("it was taken");
    String expected = wrong.answer().replace("@", place.field());
    return answer.contains(expected)
        ? Optional.empty()
        : Optional.of(
            place.field() + " = " + brief(wrong.value()) + ": no [" + expected + "] in " + answer);
  }

  private static String brief(JsonNode value) {
    String text = value.toString();
    return text.length() > 60 ? text.substring(0, 60) + "..." : text;
  }

  /** Without the status, and without what is Kubernetes' own below the fields of a pod. */
  private static List<Schema> fields(String plural) throws IOException {
    return Schema.of(plural).all().stream()
        .filter(schema -> schema.path().startsWith("spec."))
        .filter(
            schema ->
                !schema.path().matches("spec\\.proxy\\.(affinity|tolerations|resources)[.\\[].*"))
        .toList();
  }

  private static Optional<Place> place(String plural, Schema schema) {
    return Resources.valid().stream()
        .filter(sample -> sample.plural().equals(plural))
        .flatMap(sample -> place(sample.resource(), schema).stream())
        .findFirst();
  }

  private static Optional<Place> place(ObjectNode resource, Schema schema) {
    var place = new Place(resource, "/spec", "spec");
    for (String step : List.of(schema.path().substring("spec.".length()).split("\\.", -1))) {
      place = place.below(step.replaceAll("(\\[\\]|\\{\\})$", ""));
      if (step.endsWith("[]")) {
        place = place.first();
      } else if (step.endsWith("{}") && place.value().properties().iterator().hasNext()) {
        place = place.below(place.value().properties().iterator().next().getKey());
      }
    }
    JsonNode value = place.value();
    boolean there = value.isContainerNode() ? !value.isEmpty() : !value.isMissingNode();
    return there ? Optional.of(place) : Optional.empty();
  }

  private static List<Wrong> wrongs(Schema schema, JsonNode valid) {
    JsonNode node = schema.node();
    var wrongs = new ArrayList<Wrong>();
    switch (schema.type()) {
      case "string" -> strings(node, wrongs);
      case "integer" -> integers(node, wrongs);
      case "array" -> arrays(node, (ArrayNode) valid, wrongs);
      case "object" -> objects(node, (ObjectNode) valid, wrongs);
      default -> throw new AssertionError(schema.path() + " is a " + schema.type());
    }
    return wrongs;
  }

  private static void strings(JsonNode node, List<Wrong> wrongs) {
    wrongs.add(new Wrong(JSON.numberNode(7), "@ in body must be of type string"));
    if (node.has("enum")) {
      wrongs.add(new Wrong(JSON.textNode("Nonsense"), "@: Unsupported value: \"Nonsense\""));
    }
    if (node.has("pattern")) {
      wrongs.add(new Wrong(JSON.textNode("\u0001"), "@ in body should match"));
    }
    if (node.has("maxLength")) {
      int most = node.path("maxLength").asInt();
      wrongs.add(
          new Wrong(
              JSON.textNode("a".repeat(most + 1)), "@: Too long: may not be more than " + most));
    }
  }

  private static void integers(JsonNode node, List<Wrong> wrongs) {
    wrongs.add(new Wrong(JSON.textNode("7"), "@ in body must be of type integer"));
    wrongs.add(new Wrong(JSON.numberNode(7.5), "@ in body must be of type integer"));
    wrongs.add(
        new Wrong(
            JSON.numberNode(node.path("minimum").asLong() - 1),
            "@ in body should be greater than or equal to " + node.path("minimum").asLong()));
    wrongs.add(
        new Wrong(
            JSON.numberNode(node.path("maximum").asLong() + 1),
            "@ in body should be less than or equal to " + node.path("maximum").asLong()));
  }

  private static void arrays(JsonNode node, ArrayNode valid, List<Wrong> wrongs) {
    wrongs.add(new Wrong(JSON.textNode("a"), "@ in body must be of type array"));
    if (node.has("minItems")) {
      wrongs.add(new Wrong(JSON.arrayNode(), "@ in body should have at least 1 items"));
    }
    int most = node.path("maxItems").asInt();
    ArrayNode many = JSON.arrayNode();
    IntStream.rangeClosed(0, most).forEach(_ -> many.add(valid.get(0).deepCopy()));
    wrongs.add(
        new Wrong(many, "@: Too many: " + (most + 1) + ": must have at most " + most + " items"));
  }

  private static void objects(JsonNode node, ObjectNode valid, List<Wrong> wrongs) {
    wrongs.add(new Wrong(JSON.textNode("a"), "@ in body must be of type object"));
    for (JsonNode required : node.path("required")) {
      wrongs.add(
          new Wrong(
              valid.deepCopy().without(required.asText()),
              "@." + required.asText() + ": Required value"));
    }
    if (node.has("properties")) {
      wrongs.add(new Wrong(valid.deepCopy().put("nonsense", 1), "unknown field \"@.nonsense\""));
    }
    if (node.has("minProperties")) {
      wrongs.add(new Wrong(JSON.objectNode(), "@ in body should have at least 1 properties"));
    }
    if (node.has("maxProperties")) {
      int most = node.path("maxProperties").asInt();
      ObjectNode many = JSON.objectNode();
      IntStream.rangeClosed(0, most).forEach(i -> many.put("k" + i, "v"));
      wrongs.add(
          new Wrong(many, "@: Too many: " + (most + 1) + ": must have at most " + most + " items"));
    }
  }
}

package dev.penstock.config.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/** What a schema says of a list as a whole: its length, and that no two items are the same. */
final class ListRules {

  private final JsonNode schema;
  private final String path;
  private final Consumer<SchemaProblem> problems;

  ListRules(JsonNode schema, String path, Consumer<SchemaProblem> problems) {
    this.schema = schema;
    this.path = path;
    this.problems = problems;
  }

  void check(JsonNode list) {
    int min = schema.path("minItems").asInt(0);
    int max = schema.path("maxItems").asInt(Integer.MAX_VALUE);
    if (list.size() < min) {
      problem(path, list.isEmpty() ? "must not be empty" : "needs at least " + min + " items", "");
    }
    if (list.size() > max) {
      problem(path, "has " + list.size() + " items, at most " + max + " are allowed", "");
    }
    switch (schema.path("x-kubernetes-list-type").asText("")) {
      case "set" -> unique(list, item -> item);
      case "map" -> unique(list, this::keys);
      default -> {
        if (schema.path("uniqueItems").asBoolean()) {
          unique(list, item -> item);
        }
      }
    }
  }

  private Object keys(JsonNode item) {
    List<JsonNode> keys = new ArrayList<>();
    schema.path("x-kubernetes-list-map-keys").forEach(key -> keys.add(item.path(key.asText())));
    return keys;
  }

  private void unique(JsonNode list, Function<JsonNode, Object> key) {
    Map<Object, Integer> seen = new HashMap<>();
    for (int i = 0; i < list.size(); i++) {
      Integer first = seen.putIfAbsent(key.apply(list.get(i)), i);
      if (first != null) {
        problem(
            FieldLines.item(path, i),
            "repeats " + FieldLines.item(path, first),
            "keep one of the two");
      }
    }
  }

  private void problem(String field, String message, String mend) {
    problems.accept(new SchemaProblem(field, SchemaProblem.Kind.RULE, message, mend));
  }
}

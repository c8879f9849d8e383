package dev.penstock.config.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes out of a tree what does not fit its schema, so that the rest of a broken resource can still
 * be looked at and all of its problems are told at once.
 */
final class SchemaPruning {

  private SchemaPruning() {}

  /** Changes {@code value} in place. */
  static void prune(JsonNode value, JsonNode schema) {
    switch (value) {
      case ObjectNode object -> object(object, schema);
      case ArrayNode array -> array(array, schema.path("items"));
      default -> {}
    }
  }

  private static void object(ObjectNode object, JsonNode schema) {
    List<String> misfits = new ArrayList<>();
    for (var entry : object.properties()) {
      JsonNode declared = schema.path("properties").path(entry.getKey());
      JsonNode of = declared.isMissingNode() ? schema.path("additionalProperties") : declared;
      boolean known = !schema.has("properties") || !of.isMissingNode();
      if (known && fits(entry.getValue(), of)) {
        prune(entry.getValue(), of);
      } else {
        misfits.add(entry.getKey());
      }
    }
    object.remove(misfits);
  }

  private static void array(ArrayNode array, JsonNode items) {
    for (int i = array.size() - 1; i >= 0; i--) {
      if (fits(array.get(i), items)) {
        prune(array.get(i), items);
      } else {
        array.remove(i);
      }
    }
  }

  private static boolean fits(JsonNode value, JsonNode schema) {
    String type = schema.path("type").asText("");
    boolean typed = type.isEmpty() || JsonTypes.matches(value, type);
    return typed && (!schema.has("enum") || chosen(value, schema.path("enum")));
  }

  private static boolean chosen(JsonNode value, JsonNode choices) {
    for (JsonNode choice : choices) {
      if (choice.equals(value)) {
        return true;
      }
    }
    return false;
  }
}

package dev.penstock.config.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.config.manifest.SchemaProblem.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Holds a tree to a structural schema (the part of OpenAPI v3 that a CRD may use) as the API server
 * does, and refuses unknown fields as {@code kubectl} does. CEL rules are not evaluated: what they
 * say is said by the translation too.
 */
final class SchemaValidator {

  private final Consumer<SchemaProblem> problems;

  SchemaValidator(Consumer<SchemaProblem> problems) {
    this.problems = problems;
  }

  static List<SchemaProblem> validate(JsonNode value, JsonNode schema) {
    var found = new ArrayList<SchemaProblem>();
    new SchemaValidator(found::add).check(value, schema, "");
    return found;
  }

  private void check(JsonNode value, JsonNode schema, String path) {
    if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
      intOrString(value, path);
      return;
    }
    String type = schema.path("type").asText("");
    if (!type.isEmpty() && !JsonTypes.matches(value, type)) {
      misfit(path, JsonTypes.mismatch(value, type), JsonTypes.mend(value, type, schema));
      return;
    }
    new ScalarRules(schema, path, problems).check(value);
    if (value.isObject()) {
      object(value, schema, path);
    } else if (value.isArray()) {
      array(value, schema, path);
    }
  }

  private void object(JsonNode value, JsonNode schema, String path) {
    for (JsonNode required : schema.path("required")) {
      JsonNode present = value.get(required.asText());
      if (present == null || present.isNull()) {
        problems.accept(
            new SchemaProblem(
                FieldLines.child(path, required.asText()), Kind.RULE, "is required", "add it"));
      }
    }
    for (var entry : value.properties()) {
      JsonNode field = entry.getValue();
      if (!field.isNull()) { // as on the API server, where a null is pruned
        field(entry.getKey(), field, schema, path);
      }
    }
  }

  private void field(String key, JsonNode value, JsonNode schema, String path) {
    String field = FieldLines.child(path, key);
    JsonNode declared = schema.path("properties").path(key);
    JsonNode additional = schema.path("additionalProperties");
    if (!declared.isMissingNode()) {
      check(value, declared, field);
    } else if (additional.isObject()) {
      check(value, additional, field);
    } else if (!open(schema, additional)) {
      misfit(field, "is not a field", Suggestion.mend(key, names(schema)));
    }
  }

  private static boolean open(JsonNode schema, JsonNode additional) {
    boolean unspecified = schema.path("properties").isEmpty() && additional.isMissingNode();
    return schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()
        || additional.asBoolean()
        || unspecified;
  }

  private static Set<String> names(JsonNode schema) {
    var names = new TreeSet<String>();
    schema.path("properties").fieldNames().forEachRemaining(names::add);
    return names;
  }

  private void array(JsonNode value, JsonNode schema, String path) {
    JsonNode items = schema.path("items");
    for (int i = 0; i < value.size(); i++) {
      check(value.get(i), items, FieldLines.item(path, i));
    }
    new ListRules(schema, path, problems).check(value);
  }

  private void intOrString(JsonNode value, String path) {
    if (!value.isTextual() && !value.isIntegralNumber()) {
      misfit(path, JsonTypes.mismatch(value, "a number or text"), "");
    }
  }

  private void misfit(String path, String message, String mend) {
    problems.accept(new SchemaProblem(path, Kind.MISFIT, message, mend));
  }
}

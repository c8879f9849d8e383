package dev.penstock.examples;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.api.Schema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Writes docs/manifests.md from the released schemas. */
final class ManifestPage {

  private static final String HEAD =
      """
      # Every field

      Generated from `deploy/crds` by `make docs`; edits are overwritten.

      * A duration is such as `90s`, `1m30s` or `500ms`; a size is in bytes, or with `Ki`, `Mi` or `Gi`.
      * `[]` stands for each item of a list, `{}` for each value of a map. A field in **bold** is required.
      * An unknown field, a value of another type, or one outside its bounds is a problem: `penstock check` and
        `penstock run` tell it with file and line, and `kubectl apply` refuses it.

      The column "now" tells what this version does with a field:

      | now | meaning |
      |---|---|
      | yes | enforced |
      | refused | manifests that use it are refused with a message, since this version would not do it |
      | cluster | for a cluster, where the operator acts on it; standalone mode warns that it has no effect |
      | cluster only | for a cluster; standalone mode refuses it |
      """;

  private static final Set<String> CLUSTER_ONLY =
      Set.of(
          "AIService spec.backend.service",
          "AIService spec.backend.selector",
          "AIService spec.auth.external.service",
          "AIGateway spec.auth.external.service");

  private final Set<String> refused;
  private final Set<String> clusterShape;

  /**
   * @param refused {@code KIND FIELD} of what the translation refuses as not enforced
   * @param clusterShape the same of what it warns about without a cluster
   */
  ManifestPage(Set<String> refused, Set<String> clusterShape) {
    this.refused = refused;
    this.clusterShape = clusterShape;
  }

  String write() throws IOException {
    return HEAD + kind("AIGateway", "aigateways") + kind("AIService", "aiservices");
  }

  /** The fields that this page itself knows something about. */
  static Set<String> known() {
    return CLUSTER_ONLY;
  }

  private String kind(String kind, String plural) throws IOException {
    Schema schema = Schema.of(plural);
    var text = new StringBuilder("\n## " + kind + "\n\n");
    text.append("| field | type | default | now | what it does |\n|---|---|---|---|---|\n");
    for (Schema part : schema.children()) {
      if (part.path().equals("spec")) {
        rows(kind, part, text);
      }
    }
    text.append("\n`status` is written by the operator alone, which this version does not have.\n");
    return text.toString();
  }

  private void rows(String kind, Schema parent, StringBuilder text) {
    List<String> required = new ArrayList<>();
    parent.node().path("required").forEach(name -> required.add(name.asText()));
    for (Schema field : parent.children()) {
      String name = field.path().substring(field.path().lastIndexOf('.') + 1);
      String shown = "`" + field.path().replaceFirst("^spec\\.", "") + "`";
      JsonNode node = field.node();
      if (!isPlainItem(field)) {
        text.append("| ")
            .append(required.contains(name) ? "**" + shown + "**" : shown)
            .append(" | ")
            .append(cell(type(node)))
            .append(" | ")
            .append(node.has("default") ? "`" + cell(node.get("default").toString()) + "`" : "")
            .append(" | ")
            .append(now(kind + " " + field.path()))
            .append(" | ")
            .append(cell(node.path("description").asText()))
            .append(" |\n");
      }
      rows(kind, field, text);
    }
  }

  /** An item or value without fields of its own is told by the list or map. */
  private static boolean isPlainItem(Schema field) {
    return (field.path().endsWith("[]") || field.path().endsWith("{}"))
        && !field.node().has("description");
  }

  private static String type(JsonNode node) {
    if (node.has("enum")) {
      var values = new ArrayList<String>();
      node.get("enum").forEach(value -> values.add("`" + value.asText() + "`"));
      return String.join(", ", values);
    }
    if (node.path("x-kubernetes-int-or-string").asBoolean()) {
      return "number or text";
    }
    String type =
        switch (node.path("type").asText()) {
          case "string" -> "text";
          case "integer" -> "number";
          case "boolean" -> "true or false";
          case "array" -> "list of " + type(node.path("items"));
          case "object" ->
              node.has("additionalProperties")
                  ? "map of " + type(node.path("additionalProperties"))
                  : "object";
          default -> "any";
        };
    return node.has("minimum") && node.has("maximum")
        ? type + ", " + node.get("minimum").asLong() + " to " + node.get("maximum").asLong()
        : type;
  }

  private String now(String field) {
    if (isBelow(refused, field)) {
      return "refused";
    }
    if (isBelow(CLUSTER_ONLY, field)) {
      return "cluster only";
    }
    if (isBelow(clusterShape, field)) {
      return "cluster";
    }
    return "yes";
  }

  private static boolean isBelow(Set<String> parents, String field) {
    return parents.stream()
        .anyMatch(
            parent ->
                field.equals(parent)
                    || field.startsWith(parent + ".")
                    || field.startsWith(parent + "[")
                    || field.startsWith(parent + "{"));
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ");
  }
}

package dev.penstock.config.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.model.ResourceName;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Tells the resources in a document apart and names them; kinds of others are left alone. */
final class ResourceReader {

  private static final String DEFAULT_NAMESPACE = "default";

  private final ResourceSchemas schemas;
  private final Consumer<Resource> resources;
  private final Consumer<ManifestProblem> problems;
  private final Consumer<String> skipped;

  ResourceReader(
      ResourceSchemas schemas,
      Consumer<Resource> resources,
      Consumer<ManifestProblem> problems,
      Consumer<String> skipped) {
    this.schemas = schemas;
    this.resources = resources;
    this.problems = problems;
    this.skipped = skipped;
  }

  void read(String file, YamlDocument document) {
    read(file, document.root(), document.lines());
  }

  private void read(String file, JsonNode root, FieldLines lines) {
    if (!(root instanceof ObjectNode tree)) {
      problem(file, lines, "", "is not a resource", "a manifest starts with apiVersion and kind");
      return;
    }
    String apiVersion = tree.path("apiVersion").asText("");
    String kind = tree.path("kind").asText("");
    if (apiVersion.isEmpty() || kind.isEmpty()) {
      String missing = apiVersion.isEmpty() ? "apiVersion" : "kind";
      problem(file, lines, missing, "is required", "a manifest starts with apiVersion and kind");
    } else if (kind.endsWith("List") && tree.path("items").isArray()) {
      list(file, tree, lines);
    } else if (schemas.find(apiVersion, kind).isPresent()) {
      String unnamed = "(unnamed at " + new Place(file, lines.of("")) + ")";
      resources.accept(new Resource(id(kind, tree, unnamed), file, lines, tree));
    } else {
      other(file, tree, lines, apiVersion, kind);
    }
  }

  private void list(String file, ObjectNode tree, FieldLines lines) {
    JsonNode items = tree.path("items");
    for (int i = 0; i < items.size(); i++) {
      read(file, items.get(i), lines.within(FieldLines.item("items", i)));
    }
  }

  private void other(
      String file, ObjectNode tree, FieldLines lines, String apiVersion, String kind) {
    List<String> ours =
        schemas.kinds().stream().filter(key -> key.startsWith(ResourceSchemas.GROUP)).toList();
    String known = apiVersions(ours).first();
    boolean group = apiVersion.startsWith(ResourceSchemas.GROUP + "/");
    if (group && !apiVersions(ours).contains(apiVersion)) {
      problem(
          file, lines, "apiVersion", "is " + apiVersion + ", which is not known", "write " + known);
    } else if (group) {
      problem(
          file,
          lines,
          "kind",
          "is " + kind + ", which is not of " + apiVersion,
          Suggestion.mend(kind, kinds(ours)));
    } else if (kinds(ours).contains(kind)) {
      problem(file, lines, "apiVersion", "of " + kind + " is " + apiVersion, "write " + known);
    } else {
      skipped.accept(id(kind, tree, "?").toString());
    }
  }

  private static SortedSet<String> apiVersions(List<String> keys) {
    var versions = new TreeSet<String>();
    keys.forEach(key -> versions.add(key.substring(0, key.lastIndexOf('/'))));
    return versions;
  }

  private static Set<String> kinds(List<String> keys) {
    var kinds = new TreeSet<String>();
    keys.forEach(key -> kinds.add(key.substring(key.lastIndexOf('/') + 1)));
    return kinds;
  }

  /** As {@code kubectl} without a namespace set. A name that is missing is told by the schema. */
  private static ResourceId id(String kind, ObjectNode tree, String unnamed) {
    JsonNode metadata = tree.path("metadata");
    String namespace = metadata.path("namespace").asText("");
    String name = metadata.path("name").asText("");
    return new ResourceId(
        kind,
        new ResourceName(
            namespace.isBlank() ? DEFAULT_NAMESPACE : namespace, name.isBlank() ? unnamed : name));
  }

  private void problem(String file, FieldLines lines, String field, String message, String mend) {
    problems.accept(
        new ManifestProblem(
            new Place(file, lines.of(field)), Optional.empty(), field, message, mend));
  }
}

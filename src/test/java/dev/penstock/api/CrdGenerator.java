package dev.penstock.api;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import dev.penstock.api.v1alpha1.AIGateway;
import dev.penstock.api.v1alpha1.AIService;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The CustomResourceDefinitions of the API types: what the generator makes of the annotations, and
 * what it cannot express. The result depends on the types alone.
 */
final class CrdGenerator {

  private static final String HEADER =
      "# Generated from the types in dev.penstock.api by `make crds`; edits are overwritten.\n";

  private static final List<Class<? extends HasMetadata>> TYPES =
      List.of(AIGateway.class, AIService.class);

  private static final ObjectMapper YAML =
      new ObjectMapper(
          YAMLFactory.builder()
              .disable(YAMLGenerator.Feature.SPLIT_LINES)
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
              .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
              .build());

  private CrdGenerator() {}

  /** The text of each file by its name, such as {@code aiservices.penstock.dev.yaml}. */
  static Map<String, String> generate(Path scratch) throws IOException {
    new CRDGenerator()
        .customResourceClasses(TYPES)
        .forCRDVersions("v1")
        .inOutputDir(scratch.toFile())
        .generate();
    var files = new LinkedHashMap<String, String>();
    for (Class<?> type : TYPES) {
      ObjectNode crd = generated(scratch, type.getSimpleName());
      complete(crd, type);
      files.put(crd.at("/metadata/name").asText() + ".yaml", HEADER + YAML.writeValueAsString(crd));
    }
    return files;
  }

  private static ObjectNode generated(Path folder, String kind) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(CrdGenerator::read)
          .filter(crd -> crd.at("/spec/names/kind").asText().equals(kind))
          .findFirst()
          .orElseThrow();
    }
  }

  private static ObjectNode read(Path file) {
    try {
      return (ObjectNode) YAML.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void complete(ObjectNode crd, Class<?> type) {
    ObjectNode version = (ObjectNode) crd.at("/spec/versions/0");
    version.set("additionalPrinterColumns", columns(type));
    ObjectNode schema = (ObjectNode) version.at("/schema/openAPIV3Schema");
    schema.put("description", type.getAnnotation(JsonClassDescription.class).value());
    // Without it an API server would take a resource without spec, and fill in no defaults.
    schema.putArray("required").add("spec");
    ObjectNode spec = (ObjectNode) schema.at("/properties/spec");
    spec.put("description", "What is wanted.");
    if (!spec.has("required")) {
      spec.putObject("default");
    }
    ((ObjectNode) schema.at("/properties/status")).put("description", "What became of it.");
    ObjectNode status = (ObjectNode) schema.at("/properties/status/properties");
    status.set("conditions", conditions(status.path("conditions").path("description").asText()));
  }

  /** As declared; the generator sorts them by path. */
  private static ArrayNode columns(Class<?> type) {
    ArrayNode columns = YAML.createArrayNode();
    for (var column : type.getAnnotationsByType(AdditionalPrinterColumn.class)) {
      columns
          .addObject()
          .put("name", column.name())
          .put("type", column.type().getValue())
          .put("jsonPath", column.jsonPath());
    }
    return columns;
  }

  /**
   * metav1.Condition as Kubernetes' own types have it. The key must be required, or two managers of
   * conditions wipe each other's.
   */
  private static JsonNode conditions(String description) {
    ObjectNode conditions =
        YAML.createObjectNode().put("description", description).put("type", "array");
    conditions.put("maxItems", 16).put("x-kubernetes-list-type", "map");
    conditions.putArray("x-kubernetes-list-map-keys").add("type");
    ObjectNode items = conditions.putObject("items").put("type", "object");
    for (String field : List.of("lastTransitionTime", "message", "reason", "status", "type")) {
      items.withArray("required").add(field);
    }
    ObjectNode properties = items.putObject("properties");
    text(properties, "lastTransitionTime", "When the status last changed.", 64)
        .put("format", "date-time");
    text(
        properties,
        "message",
        "What is wrong and what to do about it, or that all is well.",
        32768);
    properties
        .putObject("observedGeneration")
        .put("description", "The generation of the spec that the condition is about.")
        .put("type", "integer")
        .put("format", "int64")
        .put("minimum", 0);
    text(properties, "reason", "Why, in one word, such as Accepted or UnsupportedValue.", 1024)
        .put("minLength", 1)
        .put("pattern", "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$");
    ObjectNode status = text(properties, "status", "True, False or Unknown.", 7);
    status.putArray("enum").add("True").add("False").add("Unknown");
    text(properties, "type", "Accepted, ResolvedRefs, Programmed or Ready.", 316)
        .put("pattern", "^[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?$");
    return conditions;
  }

  private static ObjectNode text(ObjectNode properties, String name, String description, int max) {
    return properties
        .putObject(name)
        .put("description", description)
        .put("type", "string")
        .put("maxLength", max);
  }
}

package dev.penstock.config.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The schema of each kind that is read from manifests: those of the CRDs, and of core kinds. */
final class ResourceSchemas {

  static final String GROUP = "penstock.dev";

  /** What an API server knows of {@code metadata} and of the core kinds, as far as it is used. */
  private static final String CORE =
      """
      metadata:
        type: object
        required: [name]
        properties:
          name: {type: string, maxLength: 253, minLength: 1, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$'}
          namespace: {type: string, maxLength: 63, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$'}
          labels: {type: object, additionalProperties: {type: string, maxLength: 63, pattern: '^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$'}}
          annotations: {type: object, additionalProperties: {type: string}}
          creationTimestamp: {type: string}
          deletionTimestamp: {type: string}
          deletionGracePeriodSeconds: {type: integer}
          finalizers: {type: array, items: {type: string}}
          generateName: {type: string}
          generation: {type: integer}
          managedFields: {type: array}
          ownerReferences: {type: array}
          resourceVersion: {type: string}
          selfLink: {type: string}
          uid: {type: string}
      kinds:
        v1/Secret:
          type: object
          properties:
            type: {type: string}
            immutable: {type: boolean}
            data: {type: object, additionalProperties: {type: string}}
            stringData: {type: object, additionalProperties: {type: string}}
        v1/Namespace:
          type: object
          properties:
            spec: {}
      """;

  private final Map<String, JsonNode> schemas = new HashMap<>();

  private ResourceSchemas() {}

  static ResourceSchemas of(List<PackagedFile> crds) {
    var schemas = new ResourceSchemas();
    JsonNode core = trusted(new PackagedFile("core kinds", CORE));
    JsonNode metadata = core.path("metadata");
    core.path("kinds")
        .properties()
        .forEach(kind -> schemas.add(kind.getKey(), kind.getValue(), metadata));
    crds.forEach(crd -> schemas.addCrd(trusted(crd), metadata));
    return schemas;
  }

  Optional<JsonNode> find(String apiVersion, String kind) {
    return Optional.ofNullable(schemas.get(apiVersion + "/" + kind));
  }

  /** {@code apiVersion/kind} of all that are read. */
  Set<String> kinds() {
    return new TreeSet<>(schemas.keySet());
  }

  private void addCrd(JsonNode crd, JsonNode metadata) {
    String kind = crd.path("spec").path("names").path("kind").asText();
    String group = crd.path("spec").path("group").asText();
    for (JsonNode version : crd.path("spec").path("versions")) {
      String apiVersion = group + "/" + version.path("name").asText();
      add(apiVersion + "/" + kind, version.path("schema").path("openAPIV3Schema"), metadata);
    }
  }

  private void add(String key, JsonNode schema, JsonNode metadata) {
    ObjectNode own = schema.deepCopy();
    ObjectNode properties = own.withObject("properties");
    // The schema of a CRD need not name these two.
    properties.putObject("apiVersion").put("type", "string");
    properties.putObject("kind").put("type", "string");
    properties.set("metadata", metadata);
    properties.putObject("status"); // written by others, and not read here
    own.withArray("required").add("metadata");
    schemas.put(key, own);
  }

  private static JsonNode trusted(PackagedFile file) {
    return new YamlReader(file.name(), ResourceSchemas::refuse).read(file.text()).getFirst().root();
  }

  private static void refuse(ManifestProblem problem) {
    throw new IllegalStateException(problem.toString());
  }
}

package dev.penstock.config.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.api.v1alpha1.AIGateway;
import dev.penstock.api.v1alpha1.AIService;
import dev.penstock.config.FileSnapshot;
import dev.penstock.model.ResourceName;
import dev.penstock.translate.References.Secret;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects the resources of a set of files, each held to its schema. Made for one reading. */
final class ManifestReader {

  private final ResourceSchemas schemas;
  private final ResourceBinder binder;
  private final Map<ResourceId, Resource> resources = new LinkedHashMap<>();
  private final Map<ResourceId, List<SchemaProblem>> schemaProblems = new HashMap<>();
  private final List<ManifestProblem> problems = new ArrayList<>();
  private final List<String> skipped = new ArrayList<>();

  ManifestReader(ResourceSchemas schemas, ResourceBinder binder) {
    this.schemas = schemas;
    this.binder = binder;
  }

  ManifestSet read(FileSnapshot snapshot) {
    for (FileSnapshot.Problem problem : snapshot.problems()) {
      Place place = new Place(problem.path().toString(), 0);
      problems.add(ManifestProblem.of(place, problem.message(), ""));
    }
    var reader = new ResourceReader(schemas, this::add, problems::add, skipped::add);
    for (FileSnapshot.File file : snapshot.files()) {
      String name = file.path().toString();
      new YamlReader(name, problems::add).read(file.text()).forEach(doc -> reader.read(name, doc));
    }
    return bind();
  }

  private void add(Resource resource) {
    Resource first = resources.putIfAbsent(resource.id(), resource);
    if (first != null) {
      problems.add(
          new ManifestProblem(
              resource.place(""),
              Optional.of(resource.id()),
              "metadata.name",
              "is declared twice, first in " + first.place(""),
              "remove or rename one of the two"));
      return;
    }
    JsonNode schema = schema(resource);
    List<SchemaProblem> found = SchemaValidator.validate(resource.tree(), schema);
    schemaProblems.put(resource.id(), found.stream().map(each -> told(resource, each)).toList());
    SchemaPruning.prune(resource.tree(), schema);
  }

  private JsonNode schema(Resource resource) {
    String apiVersion = resource.tree().path("apiVersion").asText();
    return schemas.find(apiVersion, resource.id().kind()).orElseThrow();
  }

  /** What stands in a Secret is never repeated. */
  private static SchemaProblem told(Resource resource, SchemaProblem problem) {
    boolean content =
        problem.field().startsWith("data") || problem.field().startsWith("stringData");
    return resource.id().kind().equals("Secret") && content
        ? new SchemaProblem(
            problem.field(), problem.kind(), "is not text", "write the value in quotes")
        : problem;
  }

  private ManifestSet bind() {
    List<AIGateway> gateways = new ArrayList<>();
    List<AIService> services = new ArrayList<>();
    Map<ResourceName, Secret> secrets = new HashMap<>();
    Map<String, Map<String, String>> namespaces = new HashMap<>();
    var secretReader = new SecretReader(problems::add);
    for (Resource resource : resources.values()) {
      switch (resource.id().kind()) {
        case "AIGateway" -> gateways.add(binder.gateway(resource));
        case "AIService" -> services.add(binder.service(resource));
        case "Secret" -> secrets.put(resource.id().name(), secretReader.read(resource));
        default -> namespaces.put(resource.id().name().name(), labels(resource));
      }
    }
    return new ManifestSet(
        List.copyOf(gateways),
        List.copyOf(services),
        new FileReferences(secrets, namespaces),
        Map.copyOf(resources),
        Map.copyOf(schemaProblems),
        List.copyOf(problems),
        List.copyOf(skipped));
  }

  private static Map<String, String> labels(Resource namespace) {
    Map<String, String> labels =
        new HashMap<>(Texts.map(namespace.tree().path("metadata").path("labels")));
    // As an API server sets it on every namespace.
    labels.putIfAbsent("kubernetes.io/metadata.name", namespace.id().name().name());
    return labels;
  }
}

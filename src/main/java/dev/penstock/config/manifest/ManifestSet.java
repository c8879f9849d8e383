package dev.penstock.config.manifest;

import dev.penstock.api.v1alpha1.AIGateway;
import dev.penstock.api.v1alpha1.AIService;
import dev.penstock.model.ResourceName;
import dev.penstock.translate.References;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What was read from files, before translation.
 *
 * @param resources where each was written
 * @param schemaProblems what of each departs from its schema; not part of {@code problems}
 * @param skipped resources of other kinds
 */
record ManifestSet(
    List<AIGateway> gateways,
    List<AIService> services,
    References references,
    Map<ResourceId, Resource> resources,
    Map<ResourceId, List<SchemaProblem>> schemaProblems,
    List<ManifestProblem> problems,
    List<String> skipped) {

  Set<ResourceName> gatewayNames() {
    var names = new TreeSet<ResourceName>();
    gateways.forEach(gateway -> names.add(name(gateway)));
    return names;
  }

  static ResourceName name(AIGateway gateway) {
    return new ResourceName(gateway.getMetadata().getNamespace(), gateway.getMetadata().getName());
  }

  /** The schema's problems of a resource by field. */
  Map<String, SchemaProblem> schemaProblems(ResourceId id) {
    Map<String, SchemaProblem> byField = new TreeMap<>();
    schemaProblems
        .getOrDefault(id, List.of())
        .forEach(problem -> byField.putIfAbsent(problem.field(), problem));
    return byField;
  }
}

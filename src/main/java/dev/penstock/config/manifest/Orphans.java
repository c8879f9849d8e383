package dev.penstock.config.manifest;

import dev.penstock.api.v1alpha1.AIGateway;
import dev.penstock.api.v1alpha1.AIGatewaySpec;
import dev.penstock.api.v1alpha1.AIService;
import dev.penstock.api.v1alpha1.Defaults;
import dev.penstock.api.v1alpha1.ParentReference;
import dev.penstock.model.ResourceName;
import dev.penstock.translate.Environment;
import dev.penstock.translate.Inputs;
import dev.penstock.translate.Outcome;
import dev.penstock.translate.Problem;
import dev.penstock.translate.Translator;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Services whose gateway is not in the files. They are looked at with a plain gateway in its place,
 * so that what else is wrong with them is told at once.
 */
final class Orphans {

  private Orphans() {}

  static List<Problem> problems(ManifestSet set) {
    List<Problem> problems = new ArrayList<>();
    for (ResourceName missing : missing(set)) {
      var inputs =
          new Inputs(plain(missing), set.services(), set.references(), Environment.standalone());
      for (Outcome outcome : Translator.translate(inputs).services()) {
        outcome.problems().stream().filter(Orphans::ofTheServiceItself).forEach(problems::add);
      }
    }
    return problems;
  }

  private static Set<ResourceName> missing(ManifestSet set) {
    var missing = new TreeSet<ResourceName>();
    set.services().forEach(service -> missing.addAll(parents(service)));
    missing.removeAll(set.gatewayNames());
    return missing;
  }

  private static List<ResourceName> parents(AIService service) {
    String namespace = service.getMetadata().getNamespace();
    if (service.getSpec() == null || service.getSpec().parentRefs() == null) {
      return List.of(new ResourceName(namespace, Defaults.GATEWAY_NAME));
    }
    List<ResourceName> parents = new ArrayList<>();
    for (ParentReference parent : service.getSpec().parentRefs()) {
      if (parent != null && parent.name() != null && !parent.name().isBlank()) {
        String own = parent.namespace();
        parents.add(
            new ResourceName(own == null || own.isBlank() ? namespace : own, parent.name()));
      }
    }
    return parents;
  }

  private static boolean ofTheServiceItself(Problem problem) {
    return switch (problem.reason()) {
      case UNSUPPORTED_VALUE, BACKEND_NOT_FOUND -> true;
      case ACCEPTED,
          RESOLVED_REFS,
          CONFLICTED,
          GATEWAY_NOT_FOUND,
          NAMESPACE_NOT_ALLOWED,
          REF_NOT_PERMITTED,
          INVALID_CERTIFICATE_REF,
          PENDING ->
          false;
    };
  }

  private static AIGateway plain(ResourceName name) {
    var gateway = new AIGateway();
    var metadata = new ObjectMeta();
    metadata.setName(name.name());
    metadata.setNamespace(name.namespace());
    gateway.setMetadata(metadata);
    gateway.setSpec(new AIGatewaySpec(null, null, null, null, null, null, null, null));
    return gateway;
  }
}

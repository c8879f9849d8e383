package dev.penstock.translate;

import dev.penstock.api.v1alpha1.AIService;
import dev.penstock.api.v1alpha1.AllowedNamespaces;
import dev.penstock.api.v1alpha1.Defaults;
import dev.penstock.api.v1alpha1.NamespacesFrom;
import dev.penstock.api.v1alpha1.ParentReference;
import dev.penstock.model.ResourceName;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code spec.parentRefs} and {@code spec.allowedNamespaces}: who attaches to which gateway. */
final class Parents {

  private static final ParentReference DEFAULT = new ParentReference(Defaults.GATEWAY_NAME, null);

  private Parents() {}

  /** The places in {@code spec.parentRefs} that name the gateway; none: it is not a parent. */
  static List<Problems> naming(ResourceName gateway, AIService service, Problems root) {
    return refs(service, root).stream()
        .filter(item -> target(item.value(), service).filter(gateway::equals).isPresent())
        .map(Values.Item::at)
        .toList();
  }

  /** All that are named, each once. */
  static List<ResourceName> named(AIService service, Problems root) {
    return refs(service, root).stream()
        .flatMap(item -> target(item.value(), service).stream())
        .distinct()
        .toList();
  }

  /** Reports references without a name, and those to gateways that are not there. */
  static void missing(Set<ResourceName> gateways, AIService service, Problems root) {
    for (var item : refs(service, root)) {
      Values.name(item.value().name(), "an AIGateway", item.at().at("name"))
          .flatMap(name -> target(item.value(), service))
          .filter(target -> !gateways.contains(target))
          .ifPresent(
              target ->
                  item.at()
                      .error(
                          Reason.GATEWAY_NOT_FOUND,
                          "there is no AIGateway " + target + "; create it, or correct the name"));
    }
  }

  private static List<Values.Item<ParentReference>> refs(AIService service, Problems root) {
    var spec = service.getSpec();
    Problems at = root.at("spec").at("parentRefs");
    return spec == null || spec.parentRefs() == null || spec.parentRefs().isEmpty()
        ? List.of(new Values.Item<>(DEFAULT, at))
        : Values.items(spec.parentRefs(), at);
  }

  private static Optional<ResourceName> target(ParentReference ref, AIService service) {
    String own = service.getMetadata().getNamespace();
    String namespace = ref.namespace() == null || ref.namespace().isBlank() ? own : ref.namespace();
    return ref.name() == null || ref.name().isBlank()
        ? Optional.empty()
        : Optional.of(new ResourceName(namespace, ref.name()));
  }

  /** Reports a gateway's own mistakes in {@code spec.allowedNamespaces}. */
  static void check(@Nullable AllowedNamespaces allowed, Problems at) {
    if (allowed == null) {
      return;
    }
    boolean selecting = allowed.from() == NamespacesFrom.SELECTOR;
    if (selecting && allowed.selector() == null) {
      at.at("selector").unsupported("is missing; from Selector needs it");
    } else if (!selecting && allowed.selector() != null) {
      at.at("selector").unsupported("has no effect; set from: Selector, or remove it");
    } else if (allowed.selector() != null) {
      Selectors.check(allowed.selector(), at.at("selector"));
    }
  }

  static boolean allows(
      @Nullable AllowedNamespaces allowed,
      ResourceName gateway,
      String namespace,
      References references) {
    if (namespace.equals(gateway.namespace())) {
      return true;
    }
    if (allowed == null) {
      return false;
    }
    var selector = allowed.selector();
    return switch (Values.or(allowed.from(), NamespacesFrom.SAME)) {
      case SAME -> false;
      case ALL -> true;
      case SELECTOR ->
          selector != null
              && references
                  .namespaceLabels(namespace)
                  .filter(labels -> Selectors.matches(selector, labels))
                  .isPresent();
    };
  }
}

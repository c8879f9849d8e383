package dev.penstock.operator.cluster;

import dev.penstock.model.ResourceName;
import dev.penstock.operator.resources.Labels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Reads off an object whether and for whom it was made here. */
public final class Owned {

  private static final String CONFIG_INFIX = "-config-";

  private Owned() {}

  /** Whether it has the operator's label. */
  public static boolean madeHere(HasMetadata item) {
    Map<String, String> labels =
        Objects.requireNonNullElse(item.getMetadata().getLabels(), Map.of());
    return Labels.OPERATOR.equals(labels.get(Labels.MANAGED_BY));
  }

  /** Whether the name is that of a part of a configuration. */
  static boolean isConfig(HasMetadata item) {
    return item.getMetadata().getName().contains(CONFIG_INFIX);
  }

  /** The owner of the kind, within the object's namespace. */
  public static Optional<ResourceName> owner(HasMetadata item, String kind) {
    return references(item).stream()
        .filter(reference -> kind.equals(reference.getKind()))
        .map(reference -> new ResourceName(item.getMetadata().getNamespace(), reference.getName()))
        .findFirst();
  }

  static List<String> ownerUids(HasMetadata item) {
    return references(item).stream().map(OwnerReference::getUid).toList();
  }

  private static List<OwnerReference> references(HasMetadata item) {
    return Objects.requireNonNullElse(item.getMetadata().getOwnerReferences(), List.of());
  }
}

package dev.penstock.operator.resources;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.Map;

/** Whom an object belongs to: what has an owner is deleted with it. */
public final class Ownership {

  private Ownership() {}

  /** The reference by which the API server's garbage collector knows the owner. */
  public static OwnerReference reference(HasMetadata owner) {
    return new OwnerReferenceBuilder()
        .withApiVersion(owner.getApiVersion())
        .withKind(owner.getKind())
        .withName(owner.getMetadata().getName())
        .withUid(owner.getMetadata().getUid())
        .withController(true)
        .withBlockOwnerDeletion(true)
        .build();
  }

  /**
   * Whether an object that stands in the cluster may be written or deleted in the owner's name: it
   * is the owner's, or was made here and lost its reference. Another's of the same name is left
   * alone.
   */
  public static boolean permits(HasMetadata existing, HasMetadata owner) {
    var controller =
        existing.getMetadata().getOwnerReferences().stream()
            .filter(reference -> Boolean.TRUE.equals(reference.getController()))
            .findFirst();
    return controller
        .map(reference -> reference.getUid().equals(owner.getMetadata().getUid()))
        .orElseGet(() -> madeHere(existing));
  }

  static boolean madeHere(HasMetadata existing) {
    Map<String, String> labels = existing.getMetadata().getLabels();
    return labels != null && Labels.OPERATOR.equals(labels.get(Labels.MANAGED_BY));
  }

  static ObjectMeta metadata(HasMetadata owner, String name, Map<String, String> labels) {
    return new ObjectMetaBuilder()
        .withNamespace(owner.getMetadata().getNamespace())
        .withName(name)
        .withLabels(labels)
        .withOwnerReferences(reference(owner))
        .build();
  }
}

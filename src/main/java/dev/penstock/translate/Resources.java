package dev.penstock.translate;

import dev.penstock.model.ResourceName;
import io.fabric8.kubernetes.api.model.ObjectMeta;

/** What translation reads of a resource's metadata. */
final class Resources {

  private Resources() {}

  static ResourceName name(ObjectMeta metadata) {
    return new ResourceName(metadata.getNamespace(), metadata.getName());
  }

  /** RFC 3339 in UTC, which sorts as text; empty for a manifest that no API server has seen. */
  static String created(ObjectMeta metadata) {
    return metadata.getCreationTimestamp() == null ? "" : metadata.getCreationTimestamp();
  }
}

package dev.penstock.translate;

import dev.penstock.api.v1alpha1.AIService;
import dev.penstock.model.ResourceName;
import java.util.List;

/** Which gateways an AIService names. */
public final class Parentage {

  private Parentage() {}

  /** Their names, each once, whether they are there or not. */
  public static List<ResourceName> of(AIService service) {
    Problems ignored = Problems.of(ResourceRef.service(Resources.name(service.getMetadata())));
    return Parents.named(service, ignored);
  }
}

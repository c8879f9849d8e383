package dev.penstock.translate;

import dev.penstock.api.v1alpha1.AIService;
import dev.penstock.model.ResourceName;
import java.util.List;
import java.util.Set;

/** The one way from resources to a configuration. */
@SuppressWarnings("DoNotCallSuggester")
public final class Translator {

  private Translator() {}

  /** Translates one gateway with its services; never throws for what a manifest may say. */
  public static Translation translate(Inputs inputs) {
    throw new UnsupportedOperationException();
  }

  /**
   * The parents that are not there: a problem {@link Reason#GATEWAY_NOT_FOUND} for each, sorted.
   *
   * @param gateways the names of all that are
   */
  public static List<Problem> missingParents(Set<ResourceName> gateways, List<AIService> services) {
    throw new UnsupportedOperationException();
  }
}

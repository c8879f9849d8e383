package dev.penstock.translate;

import dev.penstock.api.v1alpha1.AIGateway;
import dev.penstock.api.v1alpha1.AIService;
import java.util.List;

/**
 * Everything a translation reads. Each resource has a name and a namespace; a spec may be absent.
 *
 * @param services those of all namespaces, in any order; the ones that name another gateway are
 *     left alone
 */
public record Inputs(
    AIGateway gateway, List<AIService> services, References references, Environment environment) {

  public Inputs {
    services = List.copyOf(services);
  }
}

package dev.penstock.translate;

import dev.penstock.api.v1alpha1.AIService;
import dev.penstock.model.ResourceName;
import dev.penstock.model.Route;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one gateway's services were translated to the last time, so that a change of one of many is
 * paid for by that one. A service is translated anew when its UID or generation, anything of the
 * gateway, or any answer to what it looked up is another. For one translation at a time.
 */
public final class Memory {

  private Map<ResourceName, Known> before = Map.of();
  private Map<ResourceName, Known> now = new HashMap<>();
  private Optional<Basis> basis = Optional.empty();
  private long translated;

  /** All that services of a gateway have in common. */
  private record Basis(GatewayParts gateway, Environment environment) {}

  /**
   * What is known of a service.
   *
   * @param asked what the translation looked up, with the answers that it got
   */
  private record Known(
      String uid,
      long generation,
      Map<Lookup, Object> asked,
      Optional<Route> route,
      List<Problem> problems) {

    boolean isOf(AIService service) {
      return uid.equals(service.getMetadata().getUid())
          && Long.valueOf(generation).equals(service.getMetadata().getGeneration());
    }

    boolean stillTrue(References references) {
      for (Map.Entry<Lookup, Object> each : asked.entrySet()) {
        Object answer = each.getKey().in(references);
        if (!answer.equals(each.getValue())) {
          return false;
        }
        each.setValue(answer); // equal, and shared with who asked the same
      }
      return true;
    }
  }

  /** Makes a service's route of what it is given to look things up. */
  @FunctionalInterface
  interface Work {
    Optional<Route> translate(References references);
  }

  /** How many services were translated since this was made, and not remembered. */
  public long translated() {
    return translated;
  }

  /** A translation begins. */
  void begin(GatewayParts gateway, Inputs inputs) {
    Optional<Basis> next = Optional.of(new Basis(gateway, inputs.environment()));
    before = basis.equals(next) ? now : Map.of();
    now = HashMap.newHashMap(inputs.services().size());
    basis = next;
  }

  /** A translation is over: what it did not ask for is gone. */
  void end() {
    before = Map.of();
  }

  /** The route of the service as it was, with its problems; else as the translation makes it. */
  Optional<Route> route(AIService service, References references, Problems problems, Work work) {
    ResourceName name = Resources.name(service.getMetadata());
    Known known = before.get(name);
    if (known == null || !known.isOf(service) || !known.stillTrue(references)) {
      var asking = new RecordedReferences(references);
      Optional<Route> route = work.translate(asking);
      translated++;
      var metadata = service.getMetadata();
      if (metadata.getUid() == null || metadata.getGeneration() == null) {
        return route; // from a file
      }
      known =
          new Known(
              metadata.getUid(),
              metadata.getGeneration(),
              asking.answers(),
              route,
              problems.sorted());
    } else {
      problems.addAll(known.problems());
    }
    now.put(name, known);
    return known.route();
  }
}

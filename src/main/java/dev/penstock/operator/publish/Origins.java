package dev.penstock.operator.publish;

import dev.penstock.config.Envelope;
import dev.penstock.model.GatewayConfig;
import dev.penstock.model.ResourceName;
import dev.penstock.model.Route;
import dev.penstock.model.Upstream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * With which sequence a gateway and each of its services came to be configured as they are: a proxy
 * that runs that or a later one runs what they declare. Which of a backend's addresses are ready is
 * no part of what a service declares, and its services are none of what a gateway does.
 *
 * @param sequence of the configuration itself
 */
public record Origins(long sequence, Shell gateway, Map<ResourceName, Origin> services) {

  /**
   * Of the gateway.
   *
   * @param declared all but the routes
   * @param since the sequence of the first configuration that had it so
   */
  public record Shell(GatewayConfig declared, long since) {}

  /**
   * Of one service.
   *
   * @param declared the route without what changes by itself
   * @param since the sequence of the first configuration that had it so
   */
  public record Origin(Route declared, long since) {}

  public Origins {
    services = Map.copyOf(services);
  }

  /** Those of the envelope, which follows on the one of {@code before}. */
  public static Origins of(Envelope envelope, Optional<Origins> before) {
    if (before.isPresent() && before.get().sequence() == envelope.sequence()) {
      return before.get();
    }
    Map<ResourceName, Origin> known = before.map(Origins::services).orElse(Map.of());
    GatewayConfig shell = envelope.config().withRoutes(List.of());
    Shell gateway =
        before
            .map(Origins::gateway)
            .filter(old -> old.declared().equals(shell))
            .orElseGet(() -> new Shell(shell, envelope.sequence()));
    Map<ResourceName, Origin> services = HashMap.newHashMap(envelope.config().routes().size());
    for (Route route : envelope.config().routes()) {
      Route declared = declared(route);
      Origin old = known.get(route.service());
      services.put(
          route.service(),
          old != null && old.declared().equals(declared)
              ? old
              : new Origin(declared, envelope.sequence()));
    }
    return new Origins(envelope.sequence(), gateway, services);
  }

  /** Of a service that is no part of the configuration: from its sequence on it is none. */
  public long since(ResourceName service) {
    Origin origin = services.get(service);
    return origin == null ? sequence : origin.since();
  }

  private static Route declared(Route route) {
    Upstream upstream = route.upstream();
    return upstream.ready().isEmpty()
        ? route
        : route.withUpstream(upstream.withReady(Optional.empty()));
  }
}

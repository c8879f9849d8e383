package dev.penstock.operator.status;

import dev.penstock.api.v1alpha1.AIGateway;
import dev.penstock.api.v1alpha1.AIGatewayStatus;
import dev.penstock.api.v1alpha1.ProxyStatus;
import dev.penstock.control.ProxyReport;
import dev.penstock.model.ResourceName;
import dev.penstock.operator.cluster.Caches;
import dev.penstock.operator.resources.GatewayNames;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Service;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Writes the status of an AIGateway when it is to change. */
final class GatewayStatusWriter {

  private final Latest<AIGateway> latest = new Latest<>();
  private final Caches caches;
  private final StatusClient client;
  private final Events events;
  private final Clock clock;

  GatewayStatusWriter(Caches caches, StatusClient client, Events events, Clock clock) {
    this.caches = caches;
    this.client = client;
    this.events = events;
    this.clock = clock;
  }

  void write(ResourceName name, GatewayFacts facts, List<ProxyState> proxies) {
    Optional<AIGateway> cached = caches.of(AIGateway.class).get(name);
    if (cached.isEmpty()) {
      latest.forget(name);
      return;
    }
    if (!sameObject(cached.get(), facts.gateway())) {
      return;
    }
    AIGateway gateway = latest.of(cached.get());
    AIGatewayStatus before = gateway.getStatus();
    AIGatewayStatus now = status(name, facts, proxies, before);
    if (now.equals(before)) {
      return;
    }
    client.write(gateway, now).ifPresent(latest::wrote);
    events.tell(gateway, conditions(before), conditions(now));
  }

  private AIGatewayStatus status(
      ResourceName name, GatewayFacts facts, List<ProxyState> states, AIGatewayStatus before) {
    var proxies = new Acknowledged(states);
    List<ProxyReport> reports = states.stream().flatMap(each -> each.report().stream()).toList();
    Addresses addresses =
        Addresses.of(
            caches
                .of(Service.class)
                .get(new ResourceName(name.namespace(), GatewayNames.of(name).base())));
    long generation = facts.gateway().getMetadata().getGeneration();
    List<Wanted> wanted = GatewayConditions.of(facts, proxies, reports, !addresses.awaited());
    return new AIGatewayStatus(
        Conditions.merge(conditions(before), wanted, generation, clock.instant()),
        generation,
        addresses.all(),
        facts.translation().attached().size(),
        new ProxyStatus(
            proxies.ready(),
            facts.origins().map(all -> proxies.programmed(all.sequence())).orElse(0)));
  }

  private static boolean sameObject(AIGateway one, AIGateway other) {
    return one.getMetadata().getUid().equals(other.getMetadata().getUid());
  }

  private static List<Condition> conditions(AIGatewayStatus status) {
    return status == null || status.conditions() == null ? List.of() : status.conditions();
  }
}

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
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Writes the status of an AIGateway when it is to change. */
final class GatewayStatusWriter {

  private final Latest<AIGateway> latest = new Latest<>();
  private final Caches caches;
  private final StatusClient client;
  private final Events events;
  private final Patience patience = new Patience(System::nanoTime);
  private final Clock clock;

  GatewayStatusWriter(Caches caches, StatusClient client, Events events, Clock clock) {
    this.caches = caches;
    this.client = client;
    this.events = events;
    this.clock = clock;
  }

  /** Returns after how long it is to be looked at again, when something is waited for. */
  Optional<Duration> write(ResourceName name, GatewayFacts facts, List<ProxyState> states) {
    Optional<AIGateway> cached = caches.of(AIGateway.class).get(name);
    if (cached.isEmpty()) {
      latest.forget(name);
      patience.forget(name);
      return Optional.empty();
    }
    if (!sameObject(cached.get(), facts.gateway())) {
      return Optional.empty();
    }
    AIGateway gateway = latest.of(cached.get());
    AIGatewayStatus before = gateway.getStatus();
    Addresses addresses = addresses(name);
    List<Wanted> wanted = wanted(facts, states, addresses);
    AIGatewayStatus now = status(facts, states, addresses, wanted, before);
    boolean changed = !now.equals(before);
    Optional<Duration> wait = patience.left(name, changed, wanted);
    if (changed && wait.isEmpty()) {
      client.write(gateway, now).ifPresent(latest::wrote);
      events.tell(gateway, conditions(before), conditions(now));
    }
    return wait;
  }

  private Addresses addresses(ResourceName name) {
    return Addresses.of(
        caches
            .of(Service.class)
            .get(new ResourceName(name.namespace(), GatewayNames.of(name).base())));
  }

  private static List<Wanted> wanted(
      GatewayFacts facts, List<ProxyState> states, Addresses addresses) {
    List<ProxyReport> reports = states.stream().flatMap(each -> each.report().stream()).toList();
    return GatewayConditions.of(facts, new Acknowledged(states), reports, !addresses.awaited());
  }

  private AIGatewayStatus status(
      GatewayFacts facts,
      List<ProxyState> states,
      Addresses addresses,
      List<Wanted> wanted,
      AIGatewayStatus before) {
    var proxies = new Acknowledged(states);
    long generation = facts.gateway().getMetadata().getGeneration();
    return new AIGatewayStatus(
        Conditions.merge(conditions(before), wanted, generation, clock.instant()),
        generation,
        addresses.all(),
        facts.translation().attached().size(),
        new ProxyStatus(
            proxies.ready(),
            facts
                .origins()
                .map(all -> proxies.programmed(all.gateway().since(), all.sequence()))
                .orElse(0)));
  }

  private static boolean sameObject(AIGateway one, AIGateway other) {
    return one.getMetadata().getUid().equals(other.getMetadata().getUid());
  }

  private static List<Condition> conditions(AIGatewayStatus status) {
    return status == null || status.conditions() == null ? List.of() : status.conditions();
  }
}

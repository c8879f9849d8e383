package dev.penstock.operator.status;

import dev.penstock.api.v1alpha1.AIGateway;
import dev.penstock.api.v1alpha1.AIService;
import dev.penstock.api.v1alpha1.AIServiceStatus;
import dev.penstock.model.ResourceName;
import dev.penstock.operator.cluster.Caches;
import dev.penstock.translate.Outcome;
import dev.penstock.translate.Parentage;
import dev.penstock.translate.Translator;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes the status of an AIService, from what all its gateways make of it, when it is to change.
 */
final class ServiceStatusWriter {

  private static final int LONGEST_HOSTS = 4096;

  private final Map<ResourceName, Map<ResourceName, ServiceVerdict>> byGateway =
      new ConcurrentHashMap<>();
  private final Latest<AIService> latest = new Latest<>();
  private final Patience patience = new Patience(System::nanoTime);
  private final Caches caches;
  private final StatusClient client;
  private final Events events;
  private final Clock clock;

  ServiceStatusWriter(Caches caches, StatusClient client, Events events, Clock clock) {
    this.caches = caches;
    this.client = client;
    this.events = events;
    this.clock = clock;
  }

  /** Takes what the gateway makes of its services now; returns those for which that is news. */
  List<ResourceName> judge(ResourceName gateway, GatewayFacts facts, Acknowledged proxies) {
    Map<ResourceName, ServiceVerdict> before = byGateway.getOrDefault(gateway, Map.of());
    Map<ResourceName, ServiceVerdict> now = new HashMap<>();
    List<ResourceName> news = new ArrayList<>();
    Map<ResourceName, String> hosts = new Hosts(facts).all();
    for (Outcome outcome : facts.translation().services()) {
      ResourceName name = outcome.resource().name();
      var verdict =
          new ServiceVerdict(
              facts.generations().getOrDefault(name, 0L),
              ServiceConditions.of(name, outcome, facts, proxies),
              hosts.getOrDefault(name, ""));
      ServiceVerdict known = before.get(name);
      boolean same = verdict.equals(known);
      now.put(name, same ? known : verdict);
      if (!same) {
        news.add(name);
      }
    }
    byGateway.put(gateway, now);
    before.keySet().stream().filter(name -> !now.containsKey(name)).forEach(news::add);
    return news;
  }

  /** The services that it had. */
  Set<ResourceName> forget(ResourceName gateway) {
    Map<ResourceName, ServiceVerdict> before = byGateway.remove(gateway);
    return before == null ? Set.of() : before.keySet();
  }

  /** Returns after how long it is to be looked at again, when something is waited for. */
  Optional<Duration> write(ResourceName name) {
    Optional<AIService> cached = caches.of(AIService.class).get(name);
    if (cached.isEmpty()) {
      latest.forget(name);
      patience.forget(name);
      return Optional.empty();
    }
    Optional<ServiceVerdict> verdict = verdict(name, cached.get());
    return verdict.flatMap(each -> write(name, latest.of(cached.get()), each));
  }

  private Optional<Duration> write(ResourceName name, AIService service, ServiceVerdict verdict) {
    AIServiceStatus before = service.getStatus();
    AIServiceStatus now = status(verdict, before);
    boolean changed = !now.equals(before);
    Optional<Duration> wait = patience.left(name, changed, verdict.conditions());
    if (changed && wait.isEmpty()) {
      client.write(service, now).ifPresent(latest::wrote);
      events.tell(service, conditions(before), conditions(now));
    }
    return wait;
  }

  /** Absent until every gateway that is there has looked at this generation of it. */
  private Optional<ServiceVerdict> verdict(ResourceName name, AIService service) {
    long generation = service.getMetadata().getGeneration();
    Set<ResourceName> there =
        Parentage.of(service).stream()
            .filter(parent -> caches.of(AIGateway.class).get(parent).isPresent())
            .collect(Collectors.toSet());
    Map<ResourceName, List<Wanted>> all = new TreeMap<>();
    String hosts = "";
    for (ResourceName parent : there) {
      ServiceVerdict verdict = byGateway.getOrDefault(parent, Map.of()).get(name);
      if (verdict == null || verdict.generation() != generation) {
        return Optional.empty();
      }
      all.put(parent, verdict.conditions());
      hosts = hosts.isEmpty() ? verdict.hosts() : hosts;
    }
    var missing = Translator.missingParents(there, List.of(service));
    if (!missing.isEmpty()) {
      List<String> messages = missing.stream().map(each -> each.message()).toList();
      // Under a name of its own: those that are missing may have no name.
      all.put(new ResourceName(name.namespace(), "-"), ServiceConditions.withoutGateway(messages));
    }
    return all.isEmpty()
        ? Optional.empty()
        : Optional.of(new ServiceVerdict(generation, ServiceConditions.together(all), hosts));
  }

  private AIServiceStatus status(ServiceVerdict verdict, @Nullable AIServiceStatus before) {
    String hosts = verdict.hosts();
    return new AIServiceStatus(
        Conditions.merge(
            conditions(before), verdict.conditions(), verdict.generation(), clock.instant()),
        verdict.generation(),
        hosts.isEmpty() ? null : hosts.substring(0, Math.min(hosts.length(), LONGEST_HOSTS)));
  }

  private static List<Condition> conditions(@Nullable AIServiceStatus status) {
    return status == null ? List.of() : Objects.requireNonNullElse(status.conditions(), List.of());
  }
}

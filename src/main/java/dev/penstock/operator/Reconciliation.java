package dev.penstock.operator;

import dev.penstock.api.v1alpha1.AIGateway;
import dev.penstock.api.v1alpha1.AIService;
import dev.penstock.config.ConfigTooLargeException;
import dev.penstock.model.GatewayConfig;
import dev.penstock.model.ResourceName;
import dev.penstock.operator.cluster.Caches;
import dev.penstock.operator.cluster.ClusterReferences;
import dev.penstock.operator.cluster.Lookups;
import dev.penstock.operator.delivery.ControlAccess;
import dev.penstock.operator.publish.ConfigPublisher;
import dev.penstock.operator.publish.Origins;
import dev.penstock.operator.publish.Published;
import dev.penstock.operator.resources.GatewayShape;
import dev.penstock.operator.resources.Installation;
import dev.penstock.operator.status.GatewayFacts;
import dev.penstock.operator.status.ObjectProblem;
import dev.penstock.operator.status.ProxyState;
import dev.penstock.operator.status.Statuses;
import dev.penstock.operator.tls.ClientAuthorities;
import dev.penstock.operator.tls.ControlCredentials;
import dev.penstock.operator.tls.GatewayCertificates;
import dev.penstock.operator.tls.GatewayCertificates.Certified;
import dev.penstock.translate.Inputs;
import dev.penstock.translate.Memory;
import dev.penstock.translate.Translation;
import dev.penstock.translate.Translator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One look at a gateway: gather, translate, write what is owned, write the configuration, push it,
 * and tell. Each step writes only what is otherwise than it should be, so that it may begin anew
 * after any of them.
 */
final class Reconciliation {

  private final Map<ResourceName, Origins> origins = new ConcurrentHashMap<>();
  private final Map<ResourceName, Memory> memories = new ConcurrentHashMap<>();
  private final Caches caches;
  private final Lookups lookups;
  private final Installation installation;
  private final Surroundings surroundings;
  private final ConfigPublisher publisher;
  private final GatewayCertificates certificates;
  private final ControlCredentials credentials;
  private final OwnedObjects objects;
  private final ProxyLink link;
  private final Proxies proxies;
  private final Statuses statuses;

  Reconciliation(
      Caches caches,
      Lookups lookups,
      Installation installation,
      Surroundings surroundings,
      ConfigPublisher publisher,
      GatewayCertificates certificates,
      ControlCredentials credentials,
      OwnedObjects objects,
      ProxyLink link,
      Statuses statuses) {
    this.caches = caches;
    this.lookups = lookups;
    this.installation = installation;
    this.surroundings = surroundings;
    this.publisher = publisher;
    this.certificates = certificates;
    this.credentials = credentials;
    this.objects = objects;
    this.link = link;
    this.proxies = new Proxies(caches);
    this.statuses = statuses;
  }

  /**
   * How it went.
   *
   * @param lookAgain when something will be due, such as a certificate
   * @param failed whether another try is needed soon
   */
  record Result(Optional<Instant> lookAgain, boolean failed) {}

  Result run(AIGateway gateway) {
    var shape = new GatewayShape(gateway, installation);
    ResourceName name = shape.gatewayName();
    List<AIService> services = caches.attachedTo(name);
    Lookups.Recording recording = lookups.record(name);
    var references = new ClusterReferences(caches, recording);
    Translation translation =
        Translator.translate(
            new Inputs(gateway, services, references, surroundings.environment()),
            memories.computeIfAbsent(name, _ -> new Memory()));
    Set<ResourceName> idle = IdleBackends.of(translation);
    recording.done();

    var outcome = new Outcome();
    Optional<Published> running = publisher.current(shape);
    Optional<Published> published =
        translation.config().flatMap(config -> publish(shape, config, running, outcome));
    published.or(() -> running).ifPresent(each -> aim(shape, each));
    published.ifPresent(
        each ->
            origins.compute(
                name, (_, old) -> Origins.of(each.envelope(), Optional.ofNullable(old))));
    Map<ResourceName, List<ObjectProblem>> backendProblems = bringBackends(services, outcome);
    if (translation.config().isPresent()) {
      outcome.add(objects.bring(shape));
    }
    statuses.put(
        name,
        new GatewayFacts(
            gateway,
            translation,
            generations(services),
            published.map(_ -> origins.get(name)),
            idle,
            outcome.certificateProblems,
            outcome.objectProblems,
            backendProblems));
    return new Result(outcome.lookAgain, outcome.failed);
  }

  private void aim(GatewayShape shape, Published published) {
    ControlAccess access = credentials.bring(shape);
    synchronized (link) {
      link.aim(shape.gatewayName(), published.parcel(), access, proxies.of(shape.gatewayName()));
    }
  }

  /** Its pods changed, or told something new; or its Service has another address. */
  void proxiesChanged(ResourceName gateway) {
    aimAgain(gateway);
    statuses.changed(gateway);
  }

  /**
   * What was published last goes to the pods that there are now. All of it is read in here: what
   * was read before a look at the gateway aimed would undo that.
   */
  private void aimAgain(ResourceName gateway) {
    synchronized (link) {
      credentials
          .known(gateway)
          .ifPresent(
              access ->
                  publisher
                      .last(gateway)
                      .ifPresent(
                          last -> link.aim(gateway, last.parcel(), access, proxies.of(gateway))));
    }
  }

  /** The gateway was deleted: what it owns goes by its owner references. */
  void forget(ResourceName gateway) {
    origins.remove(gateway);
    memories.remove(gateway);
    lookups.forget(gateway);
    publisher.forget(gateway);
    link.forget(gateway);
    credentials.forget(gateway);
    statuses.forget(gateway);
  }

  /** How many services were translated since each gateway was first looked at. */
  long translated() {
    return memories.values().stream().mapToLong(Memory::translated).sum();
  }

  private Optional<Published> publish(
      GatewayShape shape, GatewayConfig config, Optional<Published> running, Outcome outcome) {
    Optional<GatewayConfig> before = running.map(each -> each.envelope().config());
    Optional<GatewayConfig> guarded = ClientAuthorities.guarded(config, before);
    if (guarded.isEmpty()) {
      return Optional.empty(); // the translation tells what is wrong with it
    }
    if (!guarded.get().equals(config)) {
      outcome.certificateProblems.add("the last good authority of clients is kept");
    }
    Certified certified = certificates.certify(shape, guarded.get(), before);
    outcome.certificateProblems.addAll(certified.problems());
    outcome.lookAgain = certified.lookAgain();
    try {
      long floor =
          link.states(shape.gatewayName()).stream().mapToLong(ProxyState::running).max().orElse(0);
      return Optional.of(publisher.publish(shape, certified.config(), running, floor));
    } catch (ConfigTooLargeException e) {
      outcome.objectProblems.add(
          new ObjectProblem(
              ObjectProblem.Kind.INVALID,
              e.getMessage() + "; spread the services over several gateways"));
      return Optional.empty();
    }
  }

  private Map<ResourceName, List<ObjectProblem>> bringBackends(
      List<AIService> services, Outcome outcome) {
    var problems = new HashMap<ResourceName, List<ObjectProblem>>();
    for (AIService service : services) {
      OwnedObjects.Result result = objects.bring(service);
      outcome.failed |= result.mayPass();
      if (!result.problems().isEmpty()) {
        var metadata = service.getMetadata();
        problems.put(
            new ResourceName(metadata.getNamespace(), metadata.getName()), result.problems());
      }
    }
    return problems;
  }

  private static Map<ResourceName, Long> generations(List<AIService> services) {
    Map<ResourceName, Long> generations = HashMap.newHashMap(services.size());
    for (AIService service : services) {
      var metadata = service.getMetadata();
      generations.put(
          new ResourceName(metadata.getNamespace(), metadata.getName()), metadata.getGeneration());
    }
    return generations;
  }

  /** What the steps have to say. */
  private static final class Outcome {

    private final List<String> certificateProblems = new ArrayList<>();
    private final List<ObjectProblem> objectProblems = new ArrayList<>();
    private Optional<Instant> lookAgain = Optional.empty();
    private boolean failed;

    void add(OwnedObjects.Result result) {
      objectProblems.addAll(result.problems());
      failed |= result.mayPass();
    }
  }
}

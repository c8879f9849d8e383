package dev.penstock.operator.cluster;

import dev.penstock.api.v1alpha1.AIGateway;
import dev.penstock.api.v1alpha1.AIService;
import dev.penstock.model.ResourceName;
import dev.penstock.operator.resources.Labels;
import dev.penstock.translate.Parentage;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All that the operator watches. */
public final class Caches implements AutoCloseable {

  /** Kubernetes' own label. */
  static final String SERVICE_OF_SLICE = "kubernetes.io/service-name";

  private static final String BY_PARENT = "parent";
  private static final String BY_SERVICE = "service";
  private static final String BY_NAMESPACE = "namespaced";
  private static final String BY_OWNER = "owner";

  /** What is made for gateways and services: everything that can be put back or taken away. */
  private static final Set<Class<? extends HasMetadata>> OWNED =
      Set.of(
          Deployment.class,
          Service.class,
          ServiceAccount.class,
          NetworkPolicy.class,
          PodDisruptionBudget.class,
          HorizontalPodAutoscaler.class,
          EndpointSlice.class,
          Secret.class);

  private final Map<Class<?>, Watch<?>> watches = new LinkedHashMap<>();

  /** Nothing is read before {@link #start}. */
  public Caches(WatchFactory factory) {
    put(AIGateway.class, factory.all(AIGateway.class, Trims::annotations));
    put(AIService.class, factory.all(AIService.class, Trims::annotations))
        .index(BY_PARENT, service -> Parentage.of(service).stream().map(Object::toString).toList());
    put(Service.class, factory.all(Service.class, Trims::service));
    put(EndpointSlice.class, factory.all(EndpointSlice.class, Trims::slice))
        .index(BY_SERVICE, slice -> serviceOf(slice).map(Object::toString).stream().toList());
    put(Secret.class, factory.secrets(Trims::secret))
        .index(BY_NAMESPACE, secret -> List.of(secret.getMetadata().getNamespace()));
    put(Pod.class, factory.labelled(Pod.class, Labels.COMPONENT, Labels.PROXY, Trims::pod))
        .index(BY_OWNER, pod -> base(pod).stream().toList());
    made(factory, Deployment.class);
    made(factory, ServiceAccount.class);
    made(factory, NetworkPolicy.class);
    made(factory, PodDisruptionBudget.class);
    made(factory, HorizontalPodAutoscaler.class);
    factory.namespaces(Trims::annotations).ifPresent(watch -> put(Namespace.class, watch));
    OWNED.forEach(kind -> of(kind).index(BY_OWNER + "-uid", Owned::ownerUids));
  }

  private <T extends HasMetadata> void made(WatchFactory factory, Class<T> kind) {
    put(kind, factory.labelled(kind, Labels.MANAGED_BY, Labels.OPERATOR, Trims::nothing));
  }

  private <T extends HasMetadata> Watch<T> put(Class<T> kind, Watch<T> watch) {
    watches.put(kind, watch);
    return watch;
  }

  /** Tells of every change, also of what is there at the start. */
  public void listen(Listener listener) {
    watches.values().forEach(watch -> watch.listen(new Adapter(listener)));
  }

  /**
   * Reads all that is there and goes on to watch.
   *
   * @throws IllegalStateException if the API server has not told all of it in time
   */
  public void start(Duration atMost) {
    var started =
        watches.values().stream()
            .flatMap(watch -> watch.start().stream())
            .map(CompletionStage::toCompletableFuture)
            .toArray(CompletableFuture[]::new);
    try {
      CompletableFuture.allOf(started).get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading from the API server", e);
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException("cannot read from the API server: not yet " + unsynced(), e);
    }
  }

  public boolean synced() {
    return watches.values().stream().allMatch(Watch::synced);
  }

  /** Kinds whose changes are not told at the moment, sorted. */
  public List<String> unhealthy() {
    return watches.entrySet().stream()
        .filter(entry -> !entry.getValue().healthy())
        .map(entry -> entry.getKey().getSimpleName())
        .sorted()
        .toList();
  }

  private List<String> unsynced() {
    return watches.entrySet().stream()
        .filter(entry -> !entry.getValue().synced())
        .map(entry -> entry.getKey().getSimpleName())
        .sorted()
        .toList();
  }

  @Override
  public void close() {
    watches.values().forEach(Watch::stop);
  }

  /** The watch of a kind that is always watched. */
  @SuppressWarnings("unchecked") // put with its own class
  public <T extends HasMetadata> Watch<T> of(Class<T> kind) {
    return (Watch<T>) Objects.requireNonNull(watches.get(kind), kind.getName());
  }

  /** That of namespaces, where they may be read. */
  public Optional<Watch<Namespace>> namespaces() {
    return watches.containsKey(Namespace.class)
        ? Optional.of(of(Namespace.class))
        : Optional.empty();
  }

  /** Absent also where namespaces may not be read. */
  public Optional<Namespace> namespace(String name) {
    return namespaces().flatMap(all -> all.get(name));
  }

  /** The AIServices that name the gateway. */
  public List<AIService> attachedTo(ResourceName gateway) {
    return of(AIService.class).byIndex(BY_PARENT, gateway.toString()).toList();
  }

  public List<EndpointSlice> slices(ResourceName service) {
    return of(EndpointSlice.class).byIndex(BY_SERVICE, service.toString()).toList();
  }

  public Stream<Secret> secretsIn(String namespace) {
    return of(Secret.class).byIndex(BY_NAMESPACE, namespace);
  }

  /** The proxies of the gateway whose objects have the base name. */
  public List<Pod> proxies(String namespace, String base) {
    return of(Pod.class).byIndex(BY_OWNER, namespace + "/" + base).toList();
  }

  /** All that was made here for the owner. */
  public Stream<HasMetadata> madeFor(String ownerUid) {
    return OWNED.stream()
        .flatMap(kind -> of(kind).byIndex(BY_OWNER + "-uid", ownerUid))
        .filter(Owned::madeHere)
        .map(HasMetadata.class::cast);
  }

  /** What stands in the cluster under the kind and name of the object; absent for other kinds. */
  public Optional<HasMetadata> standing(HasMetadata object) {
    Watch<?> watch = watches.get(object.getClass());
    return watch == null
        ? Optional.empty()
        : watch
            .get(object.getMetadata().getNamespace() + "/" + object.getMetadata().getName())
            .map(HasMetadata.class::cast);
  }

  /** The same by the word of its kind. */
  public Optional<HasMetadata> standing(String kind, String namespace, String name) {
    return OWNED.stream()
        .filter(each -> each.getSimpleName().equals(kind))
        .flatMap(each -> of(each).get(new ResourceName(namespace, name)).stream())
        .map(HasMetadata.class::cast)
        .findFirst();
  }

  /** The Service whose endpoints the slice lists. */
  public static Optional<ResourceName> serviceOf(EndpointSlice slice) {
    var labels =
        Objects.requireNonNullElse(slice.getMetadata().getLabels(), Map.<String, String>of());
    return Optional.ofNullable(labels.get(SERVICE_OF_SLICE))
        .filter(name -> !name.isEmpty())
        .map(name -> new ResourceName(slice.getMetadata().getNamespace(), name));
  }

  /** {@code namespace/base} of the gateway that a pod of ours belongs to. */
  public static Optional<String> base(Pod pod) {
    return Optional.ofNullable(pod.getMetadata().getLabels())
        .map(labels -> labels.get(Labels.INSTANCE))
        .map(base -> pod.getMetadata().getNamespace() + "/" + base);
  }

  /** Is told of changes, on threads of the watches: must be quick and never throw. */
  @FunctionalInterface
  public interface Listener {

    /**
     * One of both is there, or both.
     *
     * @param before absent when it is new, or was there at the start
     * @param now absent when it was deleted
     */
    void changed(Optional<HasMetadata> before, Optional<HasMetadata> now);
  }

  private record Adapter(Listener listener) implements ResourceEventHandler<HasMetadata> {

    @Override
    public void onAdd(HasMetadata now) {
      listener.changed(Optional.empty(), Optional.of(now));
    }

    @Override
    public void onUpdate(@Nullable HasMetadata before, HasMetadata now) {
      listener.changed(Optional.ofNullable(before), Optional.of(now));
    }

    @Override
    public void onDelete(HasMetadata before, boolean finalStateUnknown) {
      listener.changed(Optional.of(before), Optional.empty());
    }
  }
}

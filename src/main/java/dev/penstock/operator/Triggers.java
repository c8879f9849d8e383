package dev.penstock.operator;

import dev.penstock.api.v1alpha1.AIGateway;
import dev.penstock.api.v1alpha1.AIService;
import dev.penstock.model.ResourceName;
import dev.penstock.operator.cluster.Caches;
import dev.penstock.operator.cluster.Lookups;
import dev.penstock.operator.cluster.Owned;
import dev.penstock.operator.resources.GatewayNames;
import dev.penstock.translate.Parentage;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Decides whom a change in the cluster concerns. */
final class Triggers implements Caches.Listener {

  /** Who is told. */
  interface Concerned {

    /** The gateway is to be looked at. */
    void gateway(ResourceName name);

    void gatewayGone(ResourceName name);

    /** Secrets of its own were touched. */
    void credentials(ResourceName gateway);

    /** Only its pods or its outer address changed. */
    void proxies(ResourceName gateway);

    /** Only the status of the service may have to change. */
    void service(ResourceName name);
  }

  private final Caches caches;
  private final Lookups lookups;
  private final Concerned concerned;

  /** Whether a Secret with a configuration is just what is being written. */
  private final Function<Secret, Boolean> expected;

  Triggers(
      Caches caches, Lookups lookups, Function<Secret, Boolean> expected, Concerned concerned) {
    this.caches = caches;
    this.lookups = lookups;
    this.expected = expected;
    this.concerned = concerned;
  }

  @Override
  public void changed(Optional<HasMetadata> before, Optional<HasMetadata> now) {
    HasMetadata any = now.or(() -> before).orElseThrow();
    switch (any) {
      case AIGateway gateway -> gateway(gateway, before, now);
      case AIService service -> service(service, before, now);
      case Namespace namespace -> {
        if (!same(before, now, each -> each.getMetadata().getLabels())) {
          ask(new Lookups.Key.OfNamespace(namespace.getMetadata().getName()));
        }
      }
      case Secret secret -> secret(secret, before, now);
      case Service service -> clusterService(service, before, now);
      case EndpointSlice slice -> slice(slice, before, now);
      case Pod pod -> {
        if (!same(before, now, PodFacts::of)) {
          gatewayOf(pod).ifPresent(concerned::proxies);
        }
      }
      default -> owned(any, before, now);
    }
  }

  private void gateway(AIGateway gateway, Optional<HasMetadata> before, Optional<HasMetadata> now) {
    if (now.isEmpty()) {
      concerned.gatewayGone(name(gateway));
    }
    if (now.isPresent() && !same(before, now, Triggers::identity)) {
      // The loop has its own watch, which may be behind, or have told of it to another leader.
      concerned.gateway(name(gateway));
    }
    if (now.isEmpty() || before.isEmpty()) {
      caches.attachedTo(name(gateway)).forEach(service -> concerned.service(name(service)));
    }
  }

  private void service(AIService service, Optional<HasMetadata> before, Optional<HasMetadata> now) {
    if (!same(before, now, Triggers::identity)) {
      Stream.concat(before.stream(), now.stream())
          .map(AIService.class::cast)
          .flatMap(each -> Parentage.of(each).stream())
          .distinct()
          .forEach(concerned::gateway);
    }
    if (now.isPresent()) {
      concerned.service(name(service));
    }
  }

  private void secret(Secret secret, Optional<HasMetadata> before, Optional<HasMetadata> now) {
    ask(new Lookups.Key.OfSecret(name(secret)));
    if (!Owned.madeHere(secret)) {
      ask(new Lookups.Key.OfSecretsIn(secret.getMetadata().getNamespace()));
    } else if (now.isEmpty()
        || !expected.apply(secret)
        || !same(before, now, each -> each.getMetadata().getOwnerReferences())) {
      Owned.owner(secret, AIGateway.class.getSimpleName()).ifPresent(concerned::credentials);
      before
          .flatMap(each -> Owned.owner(each, AIGateway.class.getSimpleName()))
          .ifPresent(concerned::credentials);
    }
  }

  private void clusterService(
      Service service, Optional<HasMetadata> before, Optional<HasMetadata> now) {
    if (!same(before, now, each -> ((Service) each).getSpec())) {
      ask(new Lookups.Key.OfService(name(service)));
    }
    if (!same(before, now, each -> ((Service) each).getStatus())) {
      Owned.owner(service, AIGateway.class.getSimpleName()).ifPresent(concerned::proxies);
    }
    if (Owned.madeHere(service) || before.filter(Owned::madeHere).isPresent()) {
      owned(service, before, now);
    }
  }

  private void slice(EndpointSlice slice, Optional<HasMetadata> before, Optional<HasMetadata> now) {
    boolean same =
        same(before, now, each -> ((EndpointSlice) each).getEndpoints())
            && same(before, now, each -> ((EndpointSlice) each).getPorts());
    if (!same) {
      Caches.serviceOf(slice).ifPresent(name -> ask(new Lookups.Key.OfService(name)));
    }
    if (Owned.madeHere(slice)) {
      owned(slice, before, now);
    }
  }

  /** What was made here and is otherwise now, perhaps by somebody's hand. */
  private void owned(HasMetadata any, Optional<HasMetadata> before, Optional<HasMetadata> now) {
    boolean touched =
        !same(before, now, Triggers::identity)
            || !same(before, now, each -> each.getMetadata().getLabels())
            || !same(before, now, each -> each.getMetadata().getAnnotations())
            || !same(before, now, each -> each.getMetadata().getOwnerReferences())
            || !same(before, now, Triggers::withoutGeneration);
    if (touched) {
      wakeOwner(any);
      before.ifPresent(this::wakeOwner);
    }
  }

  private void wakeOwner(HasMetadata object) {
    Owned.owner(object, AIGateway.class.getSimpleName()).ifPresent(concerned::gateway);
    Owned.owner(object, AIService.class.getSimpleName())
        .flatMap(service -> caches.of(AIService.class).get(service))
        .ifPresent(service -> Parentage.of(service).forEach(concerned::gateway));
  }

  private void ask(Lookups.Key key) {
    lookups.askers(key).forEach(concerned::gateway);
  }

  private Optional<ResourceName> gatewayOf(Pod pod) {
    return Caches.base(pod)
        .flatMap(
            base ->
                caches
                    .of(AIGateway.class)
                    .all()
                    .map(Triggers::name)
                    .filter(name -> base.equals(base(name)))
                    .findFirst());
  }

  private static String base(ResourceName gateway) {
    return gateway.namespace() + "/" + GatewayNames.of(gateway).base();
  }

  /** The UID, the generation of its spec, and whether it is being deleted. */
  private static Object identity(HasMetadata object) {
    var metadata = object.getMetadata();
    return Arrays.asList(
        metadata.getUid(), metadata.getGeneration(), metadata.getDeletionTimestamp());
  }

  /** What is written of kinds whose changes the API server does not count. */
  private static @Nullable Object withoutGeneration(HasMetadata object) {
    return switch (object) {
      case Service service -> service.getSpec();
      case EndpointSlice slice -> Arrays.asList(slice.getEndpoints(), slice.getPorts());
      case ServiceAccount account -> account.getAutomountServiceAccountToken();
      case HorizontalPodAutoscaler autoscaler -> autoscaler.getSpec();
      default -> "";
    };
  }

  private static boolean same(
      Optional<HasMetadata> before,
      Optional<HasMetadata> now,
      Function<HasMetadata, @Nullable Object> part) {
    return before.isPresent()
        && now.isPresent()
        && Objects.equals(part.apply(before.get()), part.apply(now.get()));
  }

  private static ResourceName name(HasMetadata object) {
    return new ResourceName(object.getMetadata().getNamespace(), object.getMetadata().getName());
  }

  /** What of a pod matters for pushing and status. */
  private record PodFacts(Object address, Object conditions, Object deleted) {

    static Object of(HasMetadata object) {
      var pod = (Pod) object;
      if (pod.getStatus() == null) {
        return "";
      }
      var ready =
          pod.getStatus().getConditions().stream()
              .filter(each -> "Ready".equals(each.getType()))
              .map(each -> each.getStatus())
              .toList();
      return Arrays.asList(
          pod.getStatus().getPodIP(), ready, pod.getMetadata().getDeletionTimestamp());
    }
  }
}

package dev.penstock.operator.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes watches over the namespaces that the operator is for. */
public final class WatchFactory {

  private static final Logger LOG = LoggerFactory.getLogger(WatchFactory.class);

  /** So many objects are read at once at the start. */
  private static final long PAGE = 500;

  /** The field by which the API server tells Secrets apart: releases of Helm are large and many. */
  private static final String TYPE_FIELD = "type";

  private static final List<String> UNREAD_TYPES =
      List.of("helm.sh/release.v1", "kubernetes.io/service-account-token");

  private final KubernetesClient client;
  private final Set<String> namespaces;

  /**
   * One for some namespaces, or for the cluster.
   *
   * @param namespaces none stands for all
   */
  public WatchFactory(KubernetesClient client, Set<String> namespaces) {
    this.client = client;
    this.namespaces = Set.copyOf(namespaces);
  }

  <T extends HasMetadata> Watch<T> all(Class<T> kind, Consumer<? super T> trim) {
    return over(kind, trim, within -> within);
  }

  <T extends HasMetadata> Watch<T> labelled(
      Class<T> kind, String label, String value, Consumer<? super T> trim) {
    return over(kind, trim, within -> within.withLabel(label, value));
  }

  Watch<Secret> secrets(Consumer<Secret> trim) {
    return over(
        Secret.class,
        trim,
        within -> {
          var selected = within;
          for (String type : UNREAD_TYPES) {
            selected = selected.withoutField(TYPE_FIELD, type);
          }
          return selected;
        });
  }

  /** Namespaces are of the cluster: an operator for some of them may not be let read any. */
  Optional<Watch<Namespace>> namespaces(Consumer<Namespace> trim) {
    try {
      client.namespaces().list(one());
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
        throw e;
      }
      LOG.warn("Namespaces may not be read: allowedNamespaces with a selector allows none");
      return Optional.empty();
    }
    return Optional.of(new Watch<>(List.of(part(client.resources(Namespace.class), trim))));
  }

  private static io.fabric8.kubernetes.api.model.ListOptions one() {
    return new io.fabric8.kubernetes.api.model.ListOptionsBuilder().withLimit(1L).build();
  }

  private <T extends HasMetadata> Watch<T> over(
      Class<T> kind, Consumer<? super T> trim, Function<Selection<T>, Selection<T>> select) {
    var resources = client.resources(kind);
    if (namespaces.isEmpty()) {
      return new Watch<>(
          List.of(part(select.apply(new Selection<>(resources.inAnyNamespace())).of(), trim)));
    }
    return new Watch<>(
        namespaces.stream()
            .sorted()
            .map(
                name -> part(select.apply(new Selection<>(resources.inNamespace(name))).of(), trim))
            .toList());
  }

  /** What of a kind is wanted; hides the client's many type parameters. */
  private record Selection<T extends HasMetadata>(
      FilterWatchListDeletable<T, ? extends KubernetesResourceList<T>, Resource<T>> of) {

    Selection<T> withLabel(String label, String value) {
      return new Selection<>(of.withLabel(label, value));
    }

    Selection<T> withoutField(String field, String value) {
      return new Selection<>(of.withoutField(field, value));
    }
  }

  private static <T extends HasMetadata> Watch.Part<T> part(
      Informable<T> resources, Consumer<? super T> trim) {
    var store = new TrimmedStore<T>(trim::accept);
    var informer =
        resources
            .withLimit(PAGE)
            .runnableInformer(0)
            .itemStore(store)
            .removeNamespaceIndex()
            // Whatever happens, a later try may do better: the operator must not stop watching.
            .exceptionHandler((started, problem) -> true);
    return new Watch.Part<>(informer, store);
  }
}

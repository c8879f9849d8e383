package dev.penstock.operator.cluster;

import dev.penstock.model.ResourceName;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * All objects of one kind in the namespaces that are watched, kept in memory; what comes from it
 * must not be changed. A connection that breaks is made anew, for ever.
 */
public final class Watch<T extends HasMetadata> {

  private final List<SharedIndexInformer<T>> informers;

  Watch(List<SharedIndexInformer<T>> informers) {
    this.informers = List.copyOf(informers);
  }

  void index(String name, Function<T, List<String>> keys) {
    informers.forEach(informer -> informer.addIndexers(Map.of(name, keys)));
  }

  void listen(ResourceEventHandler<? super T> handler) {
    informers.forEach(informer -> informer.addEventHandler(handler));
  }

  List<CompletionStage<Void>> start() {
    return informers.stream().map(SharedIndexInformer::start).toList();
  }

  boolean synced() {
    return informers.stream().allMatch(SharedIndexInformer::hasSynced);
  }

  /** Whether every change is being told, as far as is known. */
  boolean healthy() {
    return informers.stream().allMatch(SharedIndexInformer::isWatching);
  }

  void stop() {
    informers.forEach(SharedIndexInformer::stop);
  }

  public Optional<T> get(ResourceName name) {
    return get(name.toString());
  }

  /** By the key of an informer: {@code namespace/name}, or the name where there is no namespace. */
  Optional<T> get(String key) {
    for (SharedIndexInformer<T> informer : informers) {
      T found = informer.getStore().getByKey(key);
      if (found != null) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }

  Stream<T> byIndex(String index, String key) {
    return informers.stream().flatMap(each -> each.getIndexer().byIndex(index, key).stream());
  }

  public Stream<T> all() {
    return informers.stream().flatMap(informer -> informer.getStore().list().stream());
  }
}

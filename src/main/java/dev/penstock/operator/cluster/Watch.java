package dev.penstock.operator.cluster;

import dev.penstock.model.ResourceName;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * All objects of one kind in the namespaces that are watched, kept in memory; what comes from it
 * must not be changed. A connection that breaks is made anew, for ever.
 */
public final class Watch<T extends HasMetadata> {

  private final List<Part<T>> parts;

  /** The objects of one namespace, or of all. */
  record Part<T extends HasMetadata>(SharedIndexInformer<T> informer, TrimmedStore<T> store) {}

  Watch(List<Part<T>> parts) {
    this.parts = List.copyOf(parts);
  }

  /** Before the start. */
  void index(String name, Function<T, List<String>> keys) {
    parts.forEach(part -> part.store().index(name, keys));
  }

  void listen(ResourceEventHandler<? super T> handler) {
    parts.forEach(part -> part.informer().addEventHandler(handler));
  }

  List<CompletionStage<Void>> start() {
    return parts.stream().map(part -> part.informer().start()).toList();
  }

  boolean synced() {
    return parts.stream().allMatch(part -> part.informer().hasSynced());
  }

  /** Whether every change is being told, as far as is known. */
  boolean healthy() {
    return parts.stream().map(Part::informer).allMatch(Watch::isWatching);
  }

  private static boolean isWatching(SharedIndexInformer<?> informer) {
    try {
      return informer.isWatching();
    } catch (RuntimeException e) {
      return false; // it has not begun, or could not: the informer asks the request for its outcome
    }
  }

  void stop() {
    parts.forEach(part -> part.informer().stop());
  }

  public Optional<T> get(ResourceName name) {
    return get(name.toString());
  }

  /** By the key of an informer: {@code namespace/name}, or the name where there is no namespace. */
  Optional<T> get(String key) {
    for (Part<T> part : parts) {
      T found = part.store().get(key);
      if (found != null) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }

  Stream<T> byIndex(String index, String key) {
    return parts.stream().flatMap(part -> part.store().byIndex(index, key));
  }

  public Stream<T> all() {
    return parts.stream().flatMap(part -> part.store().values());
  }
}

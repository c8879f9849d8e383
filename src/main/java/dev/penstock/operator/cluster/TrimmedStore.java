package dev.penstock.operator.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Keeps of each object what is read of it: who manages which field is most of many objects. What is
 * older than what is known, as a replica of the API server that is behind would tell, is left. The
 * informer writes here, on one thread at a time.
 */
final class TrimmedStore<T extends HasMetadata> extends BasicItemStore<T> {

  private final Consumer<T> trim;
  private final Map<String, Index<T>> indices = new HashMap<>();

  TrimmedStore(Consumer<T> trim) {
    super(Cache::metaNamespaceKeyFunc);
    this.trim = trim;
  }

  @Override
  public T put(String key, T item) {
    T known = get(key);
    if (known != null && isOlder(item, known)) {
      return known;
    }
    // Nobody else has it yet: it was just read from the wire.
    item.getMetadata().setManagedFields(null);
    trim.accept(item);
    T before = super.put(key, item);
    indices.values().forEach(index -> index.replace(key, before, item));
    return before;
  }

  @Override
  public T remove(String key) {
    T before = super.remove(key);
    indices.values().forEach(index -> index.replace(key, before, null));
    return before;
  }

  /** Before anything is put. */
  void index(String name, Function<T, List<String>> keys) {
    indices.put(name, new Index<>(keys));
  }

  Stream<T> byIndex(String name, String key) {
    return Objects.requireNonNull(indices.get(name), name).of(key);
  }

  private static boolean isOlder(HasMetadata item, HasMetadata known) {
    var one = item.getMetadata();
    var other = known.getMetadata();
    return Objects.equals(one.getUid(), other.getUid())
        && version(one.getResourceVersion()) < version(other.getResourceVersion());
  }

  /** Versions of one kind are numbers that grow, as Kubernetes has it since 1.35. */
  private static long version(String resourceVersion) {
    return Long.parseLong(resourceVersion);
  }
}

package dev.penstock.operator.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Keeps of each object what is read of it: who manages which field is most of many objects. What is
 * older than what is known, as a replica of the API server that is behind would tell, is left.
 */
final class TrimmedStore<T extends HasMetadata> extends BasicItemStore<T> {

  private final Consumer<T> trim;

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
    return super.put(key, item);
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

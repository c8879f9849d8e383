package dev.penstock.operator.status;

import dev.penstock.model.ResourceName;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Objects as they are after our own writes, until the cache has seen those: what is compared with
 * an older state would be written, and told, twice.
 */
final class Latest<T extends HasMetadata> {

  private final Map<ResourceName, T> written = new ConcurrentHashMap<>();

  /** The cached one, or the one that was written after it. */
  T of(T cached) {
    T last = written.get(name(cached));
    if (last == null) {
      return cached;
    }
    if (version(cached) >= version(last)) {
      written.remove(name(cached));
      return cached;
    }
    return last;
  }

  void wrote(T result) {
    written.put(name(result), result);
  }

  /** The object is gone. */
  void forget(ResourceName name) {
    written.remove(name);
  }

  private static ResourceName name(HasMetadata object) {
    return new ResourceName(object.getMetadata().getNamespace(), object.getMetadata().getName());
  }

  private static long version(HasMetadata object) {
    return Long.parseLong(object.getMetadata().getResourceVersion());
  }
}

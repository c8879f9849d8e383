package dev.penstock.operator.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.function.Consumer;

/** Keeps of each object what is read of it: who manages which field is most of many objects. */
final class TrimmedStore<T extends HasMetadata> extends BasicItemStore<T> {

  private final Consumer<T> trim;

  TrimmedStore(Consumer<T> trim) {
    super(Cache::metaNamespaceKeyFunc);
    this.trim = trim;
  }

  @Override
  public T put(String key, T item) {
    // Nobody else has it yet: it was just read from the wire.
    item.getMetadata().setManagedFields(null);
    trim.accept(item);
    return super.put(key, item);
  }
}

package dev.penstock.operator.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Objects by keys that several may share. One thread writes, any may read. An object that changes
 * is there at every moment: an informer's own index takes it out before it puts it in again, and
 * who reads in between would take it for deleted.
 */
final class Index<T extends HasMetadata> {

  private final Function<T, List<String>> keys;
  private final ConcurrentMap<String, Map<String, T>> groups = new ConcurrentHashMap<>();

  Index(Function<T, List<String>> keys) {
    this.keys = keys;
  }

  /** Puts one object in the place of the other. */
  void replace(String name, @Nullable T before, @Nullable T now) {
    List<String> joined = now == null ? List.of() : keys.apply(now);
    for (String key : joined) {
      groups.computeIfAbsent(key, _ -> new ConcurrentHashMap<>()).put(name, now);
    }
    List<String> left = before == null ? List.of() : keys.apply(before);
    for (String key : left) {
      if (!joined.contains(key)) {
        groups.computeIfPresent(key, (_, group) -> without(group, name));
      }
    }
  }

  private static <T> @Nullable Map<String, T> without(Map<String, T> group, String name) {
    group.remove(name);
    return group.isEmpty() ? null : group;
  }

  Stream<T> of(String key) {
    return groups.getOrDefault(key, Map.of()).values().stream();
  }
}

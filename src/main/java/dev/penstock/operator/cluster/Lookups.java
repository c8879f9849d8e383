package dev.penstock.operator.cluster;

import dev.penstock.model.ResourceName;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which gateway asked for what when it was last translated: a change of just that concerns it. What
 * is asked for is known from the moment on when it is, so that no change falls between.
 */
public final class Lookups {

  /** What was asked for, whether it was there or not. */
  public sealed interface Key {
    record OfSecret(ResourceName name) implements Key {}

    /** Every Secret of the namespace, for API keys among them. */
    record OfSecretsIn(String namespace) implements Key {}

    /** A Service with its endpoints. */
    record OfService(ResourceName name) implements Key {}

    record OfNamespace(String name) implements Key {}
  }

  private final Map<Key, Set<ResourceName>> askers = new ConcurrentHashMap<>();
  private final Map<ResourceName, Set<Key>> asked = new ConcurrentHashMap<>();

  /** The gateways that asked. */
  public Set<ResourceName> askers(Key key) {
    return askers.getOrDefault(key, Set.of());
  }

  /** A translation begins; one at a time for each gateway. */
  public Recording record(ResourceName gateway) {
    return new Recording(gateway);
  }

  /** The gateway is gone. */
  public void forget(ResourceName gateway) {
    new Recording(gateway).done();
  }

  /** What one translation asks for. */
  public final class Recording {

    private final ResourceName gateway;
    private final Set<Key> keys = new HashSet<>();

    private Recording(ResourceName gateway) {
      this.gateway = gateway;
    }

    /** To be called before it is looked up. */
    void ask(Key key) {
      if (keys.add(key)) {
        // At once: between finding the set and adding to it, another gateway may let it go.
        askers.compute(key, (_, gateways) -> with(gateways));
      }
    }

    private Set<ResourceName> with(@Nullable Set<ResourceName> gateways) {
      Set<ResourceName> all = gateways == null ? ConcurrentHashMap.newKeySet() : gateways;
      all.add(gateway);
      return all;
    }

    /** The translation is over: what was asked for only by the one before is let go. */
    public void done() {
      Set<Key> before = keys.isEmpty() ? asked.remove(gateway) : asked.put(gateway, keys);
      if (before != null) {
        before.stream().filter(key -> !keys.contains(key)).forEach(this::drop);
      }
    }

    private void drop(Key key) {
      askers.computeIfPresent(
          key,
          (_, gateways) -> {
            gateways.remove(gateway);
            return gateways.isEmpty() ? null : gateways;
          });
    }
  }
}

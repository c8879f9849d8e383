package dev.penstock.proxy;

import dev.penstock.model.AuthPolicy;
import dev.penstock.model.Upstream;
import dev.penstock.proxy.stage.AuthCache;
import dev.penstock.proxy.upstream.Cluster;
import dev.penstock.proxy.upstream.Resolver;
import dev.penstock.proxy.upstream.Worker;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a route's backend and auth service keep beyond one config: connections and answers. A new
 * config takes over what is the same in it; the rest is retired once the swap is done.
 */
final class Backends {

  private final Map<Upstream, Cluster> clusters = new HashMap<>();
  private final Map<AuthPolicy.External, AuthCache> caches = new HashMap<>();
  private final Backends previous;
  private final List<Worker> workers;
  private final Resolver resolver;
  private final LongSupplier nanoClock;

  /** The first, with nothing to take over. */
  Backends(List<Worker> workers, Resolver resolver, LongSupplier nanoClock) {
    this.previous = this;
    this.workers = workers;
    this.resolver = resolver;
    this.nanoClock = nanoClock;
  }

  private Backends(Backends previous) {
    this.previous = previous;
    this.workers = previous.workers;
    this.resolver = previous.resolver;
    this.nanoClock = previous.nanoClock;
  }

  /** For the next config; this one stays as it is until {@link #retireAllBut}. */
  Backends next() {
    return new Backends(this);
  }

  Cluster cluster(Upstream upstream) {
    Cluster known = clusters.get(upstream);
    if (known == null) {
      Cluster old = previous.clusters.get(upstream);
      known = old != null ? old : new Cluster(upstream, tls(upstream), resolver, workers);
      clusters.put(upstream, known);
    }
    return known;
  }

  @Nullable AuthCache authCache(AuthPolicy.External external) {
    if (external.cache().isEmpty()) {
      return null;
    }
    AuthCache known = caches.get(external);
    if (known == null) {
      AuthCache old = previous.caches.get(external);
      known = old != null ? old : new AuthCache(external.cache().get(), nanoClock);
      caches.put(external, known);
    }
    return known;
  }

  /** Closes the idle connections of backends that the other does not use. */
  void retireAllBut(Backends kept) {
    clusters.forEach(
        (upstream, cluster) -> {
          if (!kept.clusters.containsKey(upstream)) {
            cluster.retire();
          }
        });
  }

  private static Optional<Function<ByteBufAllocator, SslHandler>> tls(Upstream upstream) {
    return Optional.empty();
  }
}

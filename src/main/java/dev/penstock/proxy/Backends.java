package dev.penstock.proxy;

import dev.penstock.model.AuthPolicy;
import dev.penstock.model.Upstream;
import dev.penstock.model.Upstream.Endpoint;
import dev.penstock.proxy.stage.AuthCache;
import dev.penstock.proxy.tls.TlsProblem;
import dev.penstock.proxy.tls.UpstreamTlsContext;
import dev.penstock.proxy.upstream.Cluster;
import dev.penstock.proxy.upstream.Resolver;
import dev.penstock.proxy.upstream.Worker;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
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

  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

  private final Map<Upstream, Cluster> clusters = new HashMap<>();
  private final Map<AuthPolicy.External, AuthCache> caches = new HashMap<>();
  private final Map<Upstream, Cluster> oldClusters;
  private final Map<AuthPolicy.External, AuthCache> oldCaches;
  private final List<Worker> workers;
  private final Resolver resolver;
  private final LongSupplier nanoClock;
  private final Runnable connectionOpened;

  /** The first, with nothing to take over. */
  Backends(
      List<Worker> workers, Resolver resolver, LongSupplier nanoClock, Runnable connectionOpened) {
    this.oldClusters = Map.of();
    this.oldCaches = Map.of();
    this.workers = workers;
    this.resolver = resolver;
    this.nanoClock = nanoClock;
    this.connectionOpened = connectionOpened;
  }

  private Backends(Backends previous) {
    // The maps and not what they came from: or each config would hold on to all before it.
    this.oldClusters = Map.copyOf(previous.clusters);
    this.oldCaches = Map.copyOf(previous.caches);
    this.workers = previous.workers;
    this.resolver = previous.resolver;
    this.nanoClock = previous.nanoClock;
    this.connectionOpened = previous.connectionOpened;
  }

  /** For the next config; this one stays as it is until {@link #retireAllBut}. */
  Backends next() {
    return new Backends(this);
  }

  /**
   * @throws TlsProblem if the authorities of its TLS cannot be read
   */
  Cluster cluster(Upstream upstream) throws TlsProblem {
    Cluster known = clusters.get(upstream);
    if (known == null) {
      Cluster old = oldClusters.get(upstream);
      known =
          old != null
              ? old
              : new Cluster(upstream, tls(upstream), resolver, workers, connectionOpened);
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
      AuthCache old = oldCaches.get(external);
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

  /**
   * @throws TlsProblem if the authorities of one that is new cannot be read
   */
  private Optional<Function<ByteBufAllocator, SslHandler>> tls(Upstream upstream)
      throws TlsProblem {
    if (upstream.tls().isEmpty()) {
      return Optional.empty();
    }
    Endpoint first = upstream.endpoints().getFirst();
    var context = UpstreamTlsContext.compile(first.authority(), upstream.tls().get());
    return Optional.of(allocator -> context.newHandler(allocator, first.port(), HANDSHAKE_TIMEOUT));
  }
}

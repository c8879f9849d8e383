package dev.penstock.proxy.upstream;

import dev.penstock.model.Upstream;
import dev.penstock.model.Upstream.Endpoint;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The addresses behind one {@link Upstream}, balanced by least outstanding requests. Names are
 * resolved again while they are in use; a failed look-up keeps the addresses of the last good one.
 */
public final class Cluster {

  private static final long REFRESH_NANOS = 10_000_000_000L;

  /** The same while there is no address to go to. */
  private static final long RETRY_NANOS = 500_000_000L;

  private final Upstream upstream;
  private final Optional<Function<ByteBufAllocator, SslHandler>> tls;
  private final Resolver resolver;
  private final List<Worker> workers;
  private final Runnable connectionOpened;
  private final boolean named;
  private final List<Target> ready;
  private final AtomicBoolean resolving = new AtomicBoolean();
  private final CompletableFuture<Void> firstResolved = new CompletableFuture<>();
  private volatile List<Target> targets = List.of();
  private volatile long resolvedAt;
  private volatile String resolveProblem = "";

  /**
   * @param tls makes the handler that speaks TLS to the backend and verifies its certificate
   * @param connectionOpened told of each new connection, on any event loop
   */
  public Cluster(
      Upstream upstream,
      Optional<Function<ByteBufAllocator, SslHandler>> tls,
      Resolver resolver,
      List<Worker> workers,
      Runnable connectionOpened) {
    this.upstream = upstream;
    this.tls = tls;
    this.resolver = resolver;
    this.workers = List.copyOf(workers);
    this.connectionOpened = connectionOpened;
    this.named = upstream.endpoints().stream().anyMatch(Cluster::isName);
    this.ready = upstream.ready().stream().flatMap(List::stream).map(this::literal).toList();
    if (named) {
      // Where addresses are known beforehand the name is asked only when they all fail.
      if (ready.isEmpty()) {
        refresh();
      }
    } else {
      resolveNow();
    }
  }

  public Upstream upstream() {
    return upstream;
  }

  /** Whether a connection carries many requests at a time. */
  boolean multiplexes() {
    return upstream.protocol() == Upstream.Protocol.H2C;
  }

  /**
   * Leases a connection for the listener: an idle one, or a new one to the address with the fewest
   * requests at work; further addresses are tried when one does not take the connection.
   *
   * @param connectTimeoutMillis for each address
   * @param fresh whether idle connections are passed over, after one was found dead
   */
  public Acquisition acquire(
      Worker worker,
      int connectTimeoutMillis,
      boolean fresh,
      UpstreamListener listener,
      Acquisition.Outcome outcome) {
    if (ready.isEmpty()) {
      refreshIfOld();
    }
    var acquisition = new Acquisition(this, worker, connectTimeoutMillis, fresh, listener, outcome);
    acquisition.next();
    return acquisition;
  }

  /** Whether there is a name that was never resolved, so that its addresses may yet come. */
  boolean isUnresolved() {
    return named && !firstResolved.isDone();
  }

  /** Resolves the name for the first time; completes also when that fails. */
  CompletableFuture<Void> resolve() {
    refreshIfOld();
    return firstResolved;
  }

  /** Closes what is idle; requests under way end as they do. */
  public void retire() {
    targets.forEach(target -> target.retire(workers));
    ready.forEach(target -> target.retire(workers));
  }

  /** What encrypts a new connection, when the backend speaks TLS. */
  Optional<SslHandler> tlsHandler(ByteBufAllocator allocator) {
    return tls.map(factory -> factory.apply(allocator));
  }

  /** Counts a new connection. */
  void connectionOpened() {
    connectionOpened.run();
  }

  /** Why the name last failed to resolve. */
  String resolveProblem() {
    return resolveProblem;
  }

  /**
   * The address with the fewest requests at work that is not among those tried; of those that are
   * known to be ready, as long as there is one.
   */
  @Nullable Target pick(List<Target> tried, int turn) {
    Target best = pick(ready, tried, turn);
    if (best == null && !ready.isEmpty()) {
      refreshIfOld();
    }
    return best != null ? best : pick(targets, tried, turn);
  }

  private static @Nullable Target pick(List<Target> all, List<Target> tried, int turn) {
    Target best = null;
    for (int i = 0; i < all.size(); i++) {
      // Starts elsewhere each time, so that equals take turns.
      Target candidate = all.get((i + turn) % all.size());
      if (!tried.contains(candidate)
          && (best == null || candidate.outstanding() < best.outstanding())) {
        best = candidate;
      }
    }
    return best;
  }

  private void refreshIfOld() {
    long validity = targets.isEmpty() ? RETRY_NANOS : REFRESH_NANOS;
    if (named && System.nanoTime() - resolvedAt > validity) {
      refresh();
    }
  }

  private void refresh() {
    if (resolving.compareAndSet(false, true)) {
      Thread.ofVirtual()
          .name("resolve")
          .start(
              () -> {
                try {
                  resolveNow();
                } finally {
                  resolvedAt = System.nanoTime();
                  resolving.set(false);
                  firstResolved.complete(null);
                }
              });
    }
  }

  private void resolveNow() {
    Map<InetSocketAddress, Target> known = new LinkedHashMap<>();
    targets.forEach(target -> known.put(target.address(), target));
    List<Target> found = new ArrayList<>();
    try {
      for (InetSocketAddress address : addresses()) {
        Target old = known.remove(address);
        found.add(old != null ? old : new Target(address, workers.size()));
      }
    } catch (UnknownHostException e) {
      resolveProblem = "cannot resolve " + e.getMessage();
      return;
    }
    targets = List.copyOf(found);
    known.values().forEach(gone -> gone.retire(workers));
  }

  private List<InetSocketAddress> addresses() throws UnknownHostException {
    List<InetSocketAddress> all = new ArrayList<>();
    for (Endpoint endpoint : upstream.endpoints()) {
      byte[] literal = NetUtil.createByteArrayFromIpAddressString(endpoint.host());
      List<InetAddress> resolved =
          literal == null
              ? resolver.resolve(endpoint.host())
              : List.of(InetAddress.getByAddress(literal));
      for (InetAddress address : resolved) {
        var socket = new InetSocketAddress(address, endpoint.port());
        if (!all.contains(socket)) {
          all.add(socket);
        }
      }
    }
    return all;
  }

  private Target literal(Endpoint endpoint) {
    try {
      var address =
          InetAddress.getByAddress(NetUtil.createByteArrayFromIpAddressString(endpoint.host()));
      return new Target(new InetSocketAddress(address, endpoint.port()), workers.size());
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(endpoint.host() + " is not an IP address", e);
    }
  }

  private static boolean isName(Endpoint endpoint) {
    return NetUtil.createByteArrayFromIpAddressString(endpoint.host()) == null;
  }
}

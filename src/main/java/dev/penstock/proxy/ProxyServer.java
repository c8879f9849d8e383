package dev.penstock.proxy;

import dev.penstock.model.GatewayConfig;
import dev.penstock.model.Tls;
import dev.penstock.ops.RouteMeter;
import dev.penstock.proxy.client.ForwardedFor;
import dev.penstock.proxy.client.TrustedProxies;
import dev.penstock.proxy.limit.LocalRateLimiter;
import dev.penstock.proxy.limit.RateLimiter;
import dev.penstock.proxy.path.PrefixRouter;
import dev.penstock.proxy.stage.HttpsRedirectStage;
import dev.penstock.proxy.upstream.Resolver;
import dev.penstock.proxy.upstream.Worker;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A running proxy: its listeners, and the config they serve. */
public final class ProxyServer implements AutoCloseable {

  private final ProxyOptions options;
  private final Transport transport;
  private final RateLimiter limiter;
  private final ConnectionLimits connections = new ConnectionLimits();
  private volatile Snapshot snapshot;
  private Backends backends;
  private Optional<Listener> http = Optional.empty();
  private Optional<Listener> https = Optional.empty();

  private ProxyServer(ProxyOptions options, GatewayConfig config) throws ConfigRefusedException {
    this.options = options;
    this.transport = Transport.start(options.workers());
    this.limiter = new LocalRateLimiter(LocalRateLimiter.DEFAULT_MAX_CLIENTS, options.nanoClock());
    this.backends = new Backends(transport.workers(), Resolver.system(), options.nanoClock());
    this.snapshot = compile(config, backends);
    options.metrics().configReloaded(Instant.now());
  }

  /**
   * Starts a proxy.
   *
   * @throws ProxyStartException when a port cannot be listened on
   * @throws ConfigRefusedException when the config cannot be served
   */
  public static ProxyServer start(ProxyOptions options, GatewayConfig config)
      throws ProxyStartException, ConfigRefusedException {
    var server = new ProxyServer(options, config);
    try {
      server.listen();
      return server;
    } catch (ProxyStartException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private void listen() throws ProxyStartException {
    boolean tls = current().tls().mode() == Tls.Mode.TERMINATE;
    if (tls && options.httpsPort() >= 0) {
      https = Optional.of(listener(true, options.httpsPort()));
    }
    if (options.httpPort() >= 0) {
      http = Optional.of(listener(false, options.httpPort()));
    }
  }

  private Listener listener(boolean secure, int port) throws ProxyStartException {
    var redirect =
        new HttpsRedirectStage(
            () ->
                options
                    .redirectPort()
                    .orElseGet(() -> httpsAddress().map(InetSocketAddress::getPort).orElse(443)));
    var requests = new RequestFactory(() -> snapshot, options.accessLog(), redirect, secure);
    Map<EventLoop, Worker> byLoop =
        transport.workers().stream().collect(Collectors.toMap(Worker::loop, worker -> worker));
    var initializer =
        new ListenerInitializer(byLoop, requests, connections, options.metrics(), secure);
    return Listener.bind(transport, initializer, new InetSocketAddress(options.bind(), port));
  }

  /**
   * Serves another config from the next request on; requests under way finish on theirs.
   *
   * @throws ConfigRefusedException when it cannot be served; the running one stays
   */
  public synchronized void apply(GatewayConfig config) throws ConfigRefusedException {
    Backends next = backends.next();
    Snapshot compiled;
    try {
      compiled = compile(config, next);
    } catch (ConfigRefusedException e) {
      options.metrics().configRefused();
      throw e;
    }
    snapshot = compiled;
    Backends old = backends;
    backends = next;
    old.retireAllBut(next);
    options.metrics().configReloaded(Instant.now());
  }

  private Snapshot compile(GatewayConfig config, Backends into) throws ConfigRefusedException {
    var trusted = new TrustedProxies(config.clientIp().trustedProxies());
    var pipeline = new Pipeline(config.name(), limiter, into);
    PrefixRouter<CompiledRoute> router =
        PrefixRouter.of(
            config,
            route -> {
              RouteMeter meter = options.metrics().route(route.service().toString());
              return CompiledRoute.of(
                  route, pipeline.stages(route, meter), into.cluster(route.upstream()), meter);
            });
    options
        .metrics()
        .retainRoutes(
            config.routes().stream()
                .map(route -> route.service().toString())
                .collect(Collectors.toSet()));
    return new Snapshot(
        config,
        router,
        trusted,
        new ForwardedFor(trusted),
        Optional.empty(),
        options.metrics().unrouted());
  }

  /** The config that is served now. */
  public GatewayConfig current() {
    return snapshot.config();
  }

  /** Where plain HTTP is listened for. */
  public Optional<InetSocketAddress> httpAddress() {
    return http.map(Listener::address);
  }

  /** Where TLS is listened for. */
  public Optional<InetSocketAddress> httpsAddress() {
    return https.map(Listener::address);
  }

  /** Open client connections. */
  public int openConnections() {
    return connections.open();
  }

  /**
   * Stops: listening ends, idle connections close, requests under way finish, at most as long as
   * the config's drain timeout; what is left then is cut off. Blocks until then.
   */
  public void drain() throws InterruptedException {
    List<Listener> all = listeners();
    all.forEach(Listener::stopAccepting);
    all.forEach(Listener::stopConnections);
    Duration timeout = current().drainTimeout();
    long deadline = System.nanoTime() + timeout.toNanos();
    while (connections.open() > 0 && deadline - System.nanoTime() > 0) {
      Thread.sleep(Duration.ofMillis(20));
    }
    all.forEach(Listener::cutOff);
  }

  private List<Listener> listeners() {
    return List.of(http, https).stream().flatMap(Optional::stream).toList();
  }

  /** Ends everything at once. */
  @Override
  public void close() {
    listeners().forEach(Listener::stopAccepting);
    transport.close();
  }
}

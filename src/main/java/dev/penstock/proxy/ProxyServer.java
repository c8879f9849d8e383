package dev.penstock.proxy;

import dev.penstock.model.GatewayConfig;
import dev.penstock.proxy.client.ClientCount;
import dev.penstock.proxy.io.SocketIo;
import dev.penstock.proxy.limit.redis.LimiterStatus;
import dev.penstock.proxy.stage.HttpsRedirectStage;
import dev.penstock.proxy.tls.ServerTls;
import dev.penstock.proxy.tls.TlsSwitch;
import dev.penstock.proxy.upstream.Worker;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** A running proxy: its listeners, and the config they serve. */
public final class ProxyServer implements AutoCloseable {

  /** Closing connections takes no longer, unless a loop is stuck. */
  private static final Duration CUT_OFF = Duration.ofSeconds(2);

  private static final Duration CLIENT_WINDOW = Duration.ofMinutes(5);

  private final ProxyOptions options;
  private final Transport transport;
  private final Compiler compiler;
  private final Limiting limiting;
  private final Queues queues;
  private final Optional<TlsSwitch> tls;
  private final ClientCount clients;
  private final ConnectionLimits connections = new ConnectionLimits();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final LoadShedding shedding;
  private volatile Snapshot snapshot;
  private Backends backends;
  private volatile Optional<Listener> http = Optional.empty();
  private volatile Optional<Listener> https = Optional.empty();

  private ProxyServer(ProxyOptions options, Transport transport, GatewayConfig config)
      throws ConfigRefusedException {
    this.options = options;
    this.transport = transport;
    this.clients = new ClientCount(CLIENT_WINDOW, options.nanoClock().getAsLong());
    this.limiting = new Limiting(transport.workers(), options);
    this.queues = new Queues(limiting::permits, options.nanoClock());
    this.compiler = new Compiler(options.metrics(), queues);
    this.backends =
        new Backends(
            transport.workers(),
            options.resolver(),
            options.nanoClock(),
            options.metrics()::upstreamConnectionOpened);
    Compiler.Compiled first = compile(config, backends, Optional.empty());
    this.snapshot = first.snapshot();
    limiting.settle(true);
    queues.settle(true);
    this.tls = first.tls().map(made -> new TlsSwitch(made, TlsSwitch.DEFAULT_HANDSHAKE_TIMEOUT));
    noteServed(first);
    this.shedding = new LoadShedding(options.memory(), options.metrics(), this::listeners);
  }

  /**
   * Starts a proxy.
   *
   * @throws ProxyStartException when a port cannot be listened on
   * @throws ConfigRefusedException when the config cannot be served
   */
  public static ProxyServer start(ProxyOptions options, GatewayConfig config)
      throws ProxyStartException, ConfigRefusedException {
    var transport = Transport.start(options.workers());
    try {
      var server = new ProxyServer(options, transport, config);
      server.listenOrClose();
      return server;
    } catch (ProxyStartException | ConfigRefusedException | RuntimeException e) {
      transport.close();
      throw e;
    }
  }

  /** Loads what is native, which takes a tenth of a second or two; a start does it otherwise. */
  public static void loadLibraries() {
    var _ = SocketIo.ofThisSystem();
    ServerTls.loadLibrary();
  }

  private void listenOrClose() throws ProxyStartException {
    try {
      listen();
    } catch (ProxyStartException | RuntimeException e) {
      shedding.close();
      limiting.close();
      throw e;
    }
  }

  private void listen() throws ProxyStartException {
    if (tls.isPresent() && options.httpsPort() >= 0) {
      https = Optional.of(listener(tls, options.httpsPort()));
    }
    if (options.httpPort() >= 0) {
      http = Optional.of(listener(Optional.empty(), options.httpPort()));
    }
  }

  private Listener listener(Optional<TlsSwitch> secure, int port) throws ProxyStartException {
    var redirect =
        new HttpsRedirectStage(
            () ->
                options
                    .redirectPort()
                    .orElseGet(() -> httpsAddress().map(InetSocketAddress::getPort).orElse(443)));
    var requests =
        new RequestFactory(
            () -> snapshot, options.accessLog(), redirect, secure.isPresent(), clients, shedding);
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
    if (config.tls().mode() != current().tls().mode()) {
      options.metrics().configRefused();
      throw new ConfigRefusedException(
          List.of("tls.mode cannot be changed while the proxy runs; restart it"));
    }
    Backends next = backends.next();
    Compiler.Compiled compiled;
    try {
      compiled = compile(config, next, tls.map(TlsSwitch::current));
    } catch (ConfigRefusedException e) {
      next.retireAllBut(backends);
      options.metrics().configRefused();
      throw e;
    }
    compiled.tls().ifPresent(made -> tls.ifPresent(running -> running.replace(made)));
    snapshot = compiled.snapshot();
    limiting.settle(true);
    queues.settle(true);
    backends.retireAllBut(next);
    backends = next;
    noteServed(compiled);
  }

  private Compiler.Compiled compile(
      GatewayConfig config, Backends into, Optional<ServerTls> running)
      throws ConfigRefusedException {
    try {
      return compiler.compile(config, limiting.prepare(config), into, running);
    } catch (ConfigRefusedException | RuntimeException e) {
      limiting.settle(false);
      queues.settle(false);
      throw e;
    }
  }

  private void noteServed(Compiler.Compiled compiled) {
    options.metrics().configReloaded(Instant.now());
    options
        .metrics()
        .certificates(
            compiled.tls().map(ServerTls::expiries).orElse(List.of()).stream()
                .collect(
                    Collectors.toMap(
                        ServerTls.Expiry::certificate, ServerTls.Expiry::at, (one, _) -> one)));
  }

  /** A line for a person about the limiter that replicas share; absent when there is none. */
  public Optional<String> limiterDetail() {
    return limiting.detail();
  }

  /** Whether new requests are refused for want of memory. */
  public boolean overloaded() {
    return shedding.on();
  }

  /** How the limiter that replicas share does; absent when there is none. */
  public Optional<LimiterStatus> limiterStatus() {
    return limiting.status();
  }

  /** The certificates that clients meet now. */
  public List<ServerTls.Expiry> certificates() {
    return tls.map(running -> running.current().expiries()).orElse(List.of());
  }

  /** How many clients there were lately. */
  public ClientCount.Seen clientsSeen() {
    return clients.read(options.nanoClock().getAsLong());
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
    Duration timeout = current().drainTimeout();
    long deadline = System.nanoTime() + timeout.toNanos();
    all.forEach(Listener::stopConnections);
    while (connections.open() > 0 && deadline - System.nanoTime() > 0) {
      Thread.sleep(Duration.ofMillis(20));
      all.forEach(Listener::stopConnections); // also those that were only just accepted
    }
    queues.stop();
    all.forEach(Listener::cutOff);
  }

  private List<Listener> listeners() {
    return List.of(http, https).stream().flatMap(Optional::stream).toList();
  }

  private void awaitNoConnection() {
    long deadline = System.nanoTime() + CUT_OFF.toNanos();
    while (connections.open() > 0 && deadline - System.nanoTime() > 0) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** Ends everything at once; a second time there is nothing left to do. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    listeners().forEach(Listener::stopAccepting);
    // While the loops still run: a loop that stops drops the tasks in which channels free buffers.
    queues.stop();
    listeners().forEach(Listener::cutOff);
    awaitNoConnection();
    shedding.close();
    limiting.close();
    transport.close();
    tls.ifPresent(TlsSwitch::close);
  }
}

package dev.penstock.cli;

import dev.penstock.cli.ListenOptions.WarmUpMode;
import dev.penstock.config.ConfigCodec;
import dev.penstock.config.ConfigMount;
import dev.penstock.config.FileWatch;
import dev.penstock.model.GatewayConfig;
import dev.penstock.ops.AccessLog;
import dev.penstock.ops.ProxyMetrics;
import dev.penstock.proxy.ConfigRefusedException;
import dev.penstock.proxy.ProxyServer;
import dev.penstock.proxy.admin.AdminServer;
import dev.penstock.proxy.admin.Readiness;
import dev.penstock.proxy.control.ConfigDesk;
import dev.penstock.proxy.control.ControlFolder;
import dev.penstock.proxy.control.ControlKeys;
import dev.penstock.proxy.control.ControlServer;
import dev.penstock.proxy.warmup.WarmUp;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A proxy that gets its configuration from an operator. Admin and control ports answer from the
 * start; clients are listened for with the first configuration, and it is ready once it is warm.
 */
final class ClusterProxy implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ClusterProxy.class);

  /** Where the public Service has https, whatever the port of the pod. */
  private static final OptionalInt PUBLIC_HTTPS = OptionalInt.of(443);

  /** Ready late is worse than a little cold. */
  private static final Duration WARM_UP_LIMIT = Duration.ofSeconds(5);

  /**
   * How it runs.
   *
   * @param pushWait how long a push is waited for before the mount is trusted
   * @param drainDelay how long it goes on listening once asked to stop
   */
  record Options(
      ListenOptions listen,
      int controlPort,
      Path configDir,
      Path controlDir,
      Duration pushWait,
      Duration drainDelay) {}

  private final Options options;
  private final ProxyMetrics metrics = new ProxyMetrics();
  private final AccessLog log;
  private final ConfigMount mount;
  private final ControlKeys keys = new ControlKeys();
  private final ControlFolder folder;
  private final ConfigDesk desk = new ConfigDesk(this::apply);
  private final CompletableFuture<@Nullable Void> configured = new CompletableFuture<>();
  private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
  private final List<AutoCloseable> parts = new ArrayList<>();
  private final AdminServer admin;
  private final ControlServer control;

  private volatile @Nullable ProxyServer server;
  private volatile @Nullable CannotListenException cannotListen;
  private volatile String waitsFor;
  private volatile boolean warm;
  private volatile boolean draining;

  private ClusterProxy(Options options) throws CannotListenException {
    this.options = options;
    this.log = ListeningProxy.accessLog(options.listen());
    this.mount = new ConfigMount(options.configDir());
    this.folder = new ControlFolder(options.controlDir(), keys);
    this.waitsFor = "waiting for a configuration to be pushed, then for " + options.configDir();
    metrics.observe(log);
    try {
      admin = listen(options.listen().adminPort(), "admin", this::startAdmin);
      folder.read(); // first, or who is quick would meet a port without a certificate
      control = listen(options.controlPort(), "control", this::startControl);
    } catch (CannotListenException e) {
      close();
      throw e;
    }
  }

  @FunctionalInterface
  private interface Start<S extends AutoCloseable> {
    S at(InetSocketAddress address) throws IOException;
  }

  /** Listens for probes and pushes; {@link #run} does the rest. */
  static ClusterProxy start(Options options) throws CannotListenException {
    return new ClusterProxy(options);
  }

  private <S extends AutoCloseable> S listen(int port, String name, Start<S> start)
      throws CannotListenException {
    var address = new InetSocketAddress(options.listen().adminBind(), port);
    try {
      S started = start.at(address);
      parts.add(started);
      return started;
    } catch (IOException e) {
      throw new CannotListenException(
          "Cannot listen for " + name + " on " + address + ": " + e.getMessage());
    }
  }

  private AdminServer startAdmin(InetSocketAddress address) throws IOException {
    return AdminServer.start(address, this::readiness, this::redacted, metrics);
  }

  private ControlServer startControl(InetSocketAddress address) throws IOException {
    var status = new ClusterStatus(desk, () -> Optional.ofNullable(server), this::readiness);
    return ControlServer.start(address, keys, desk, () -> status.report(draining));
  }

  InetSocketAddress adminAddress() {
    return admin.address();
  }

  InetSocketAddress controlAddress() {
    return control.address();
  }

  /** Absent until there is a configuration. */
  Optional<ProxyServer> server() {
    return Optional.ofNullable(server);
  }

  /**
   * Serves until {@link #stop}, and then drains.
   *
   * @throws CannotListenException when there is a configuration, and a public port is taken
   */
  void run() throws InterruptedException, CannotListenException {
    try (FileWatch _ = folder.watch()) {
      ProxyServer.loadLibraries(); // while a push is on its way
      awaitPush();
      try (FileWatch _ = mount.watch(this::mounted)) {
        awaitStop();
        drain();
      }
    }
  }

  /** Asks it to stop; returns at once. */
  void stop() {
    draining = true;
    ended.complete(null);
  }

  private void awaitPush() throws InterruptedException {
    try {
      CompletableFuture.anyOf(configured, ended)
          .get(options.pushWait().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.info("No configuration was pushed within {}", options.pushWait());
    } catch (ExecutionException e) {
      throw new IllegalStateException(e); // neither ends that way
    }
  }

  private void awaitStop() throws InterruptedException, CannotListenException {
    CompletableFuture.anyOf(configured, ended).join();
    if (!ended.isDone()) {
      warmUp();
    }
    ended.join();
    CannotListenException failure = cannotListen;
    if (failure != null) {
      throw failure;
    }
  }

  private void mounted(ConfigMount.Content content) {
    switch (content) {
      case ConfigMount.Held held -> {
        if (held.envelope().sequence() > desk.sequence()) {
          desk.offer(held.envelope(), "mount");
        }
      }
      case ConfigMount.Unusable unusable -> {
        waitsFor = "no configuration was pushed, and " + unusable.problem();
        LOG.warn("{}", desk.sequence() == 0 ? waitsFor : unusable.problem());
      }
    }
  }

  /** Called by the desk, one at a time. */
  private void apply(GatewayConfig config) throws ConfigRefusedException {
    ProxyServer running = server;
    if (running != null) {
      running.apply(config);
      return;
    }
    try {
      server = new ListeningProxy(options.listen(), log, metrics, PUBLIC_HTTPS).start(config);
      configured.complete(null);
    } catch (CannotListenException e) {
      cannotListen = e;
      ended.complete(null);
      throw new ConfigRefusedException(List.of(e.reason()));
    }
  }

  private void warmUp() throws InterruptedException {
    ProxyServer running = server;
    if (running != null && options.listen().warmUp() != WarmUpMode.NONE) {
      warmUpUntilStop(WarmUp.before(running.current().tls()));
    }
    metrics.observePlatform();
    warm = true;
    LOG.info("Ready");
  }

  /** A stop must not wait for what only makes later requests fast. */
  private void warmUpUntilStop(WarmUp warmUp) throws InterruptedException {
    var worker =
        Thread.ofPlatform()
            .daemon()
            .name("warm-up")
            .start(
                () -> {
                  try {
                    WarmUp.Result result = warmUp.run(WARM_UP_LIMIT);
                    LOG.info(
                        "Warmed up with {} requests in {} ms",
                        result.requests(),
                        result.took().toMillis());
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt(); // stopping: nothing is left of it
                  }
                });
    ended.thenRun(worker::interrupt);
    worker.join();
  }

  private Readiness readiness() {
    ProxyServer running = server;
    if (draining) {
      return new Readiness(false, List.of("draining"));
    }
    if (running == null) {
      List<String> details = new ArrayList<>(List.of(waitsFor));
      desk.refused().ifPresent(refused -> details.addAll(refused.problems()));
      folder.problem().ifPresent(details::add);
      return new Readiness(false, details);
    }
    if (!warm) {
      return new Readiness(false, List.of("warming up"));
    }
    return new Readiness(true, served(running));
  }

  private List<String> served(ProxyServer running) {
    List<String> details = new ArrayList<>();
    details.add("serving " + running.current().name() + ", configuration " + desk.sequence());
    running.limiterDetail().ifPresent(details::add);
    if (running.overloaded()) {
      details.add("short of memory: new requests are answered 503");
    }
    desk.refused()
        .ifPresent(refused -> details.add("refused: " + String.join("; ", refused.problems())));
    folder.problem().ifPresent(details::add);
    return details;
  }

  private String redacted() {
    ProxyServer running = server;
    return running == null ? "{}" : new ConfigCodec().redacted(running.current());
  }

  private void drain() throws InterruptedException {
    ProxyServer running = server;
    if (running == null) {
      return;
    }
    LOG.info("Stopping: listening for another {}", options.drainDelay());
    Thread.sleep(options.drainDelay());
    running.drain();
    LOG.info("Stopped");
  }

  @Override
  public void close() {
    stop();
    ProxyServer running = server;
    if (running != null) {
      running.close();
    }
    for (AutoCloseable part : parts) {
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("Closing {} failed", part, e);
      }
    }
    metrics.close();
    log.close();
  }
}

package dev.penstock.cli;

import dev.penstock.cli.ListenOptions.WarmUpMode;
import dev.penstock.config.ConfigCodec;
import dev.penstock.model.GatewayConfig;
import dev.penstock.model.Tls;
import dev.penstock.ops.AccessLog;
import dev.penstock.ops.ProxyMetrics;
import dev.penstock.proxy.ConfigRefusedException;
import dev.penstock.proxy.ProxyServer;
import dev.penstock.proxy.admin.AdminServer;
import dev.penstock.proxy.admin.Readiness;
import dev.penstock.proxy.warmup.WarmUp;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The proxy with its admin endpoints, metrics and access log, as the commands run it. */
final class DataPlane implements RunningProxy {

  private static final Logger LOG = LoggerFactory.getLogger(DataPlane.class);

  /** Beside real requests; by then the path has been warm for long on a machine of any size. */
  private static final Duration WARM_UP_LIMIT = Duration.ofSeconds(10);

  /** The very first requests find the processors free. */
  private static final Duration SETTLING_AFTER = Duration.ofSeconds(1);

  /** In a training with and without TLS by turns. */
  private static final Duration TRAINING_TURN = Duration.ofSeconds(2);

  private static final long SETTLED_MILLIS = 5_000;

  private final ProxyMetrics metrics = new ProxyMetrics();
  private final AccessLog log;
  private final ProxyServer server;
  private final @Nullable AdminServer admin;
  private final Thread settling;
  private volatile boolean draining;

  private DataPlane(ListenOptions options, GatewayConfig config)
      throws CannotListenException, RefusedConfigException {
    log = ListeningProxy.accessLog(options);
    metrics.observe(log);
    server = startServer(options, config);
    settling =
        Thread.ofPlatform().daemon().name("settle").unstarted(() -> settle(options.warmUp()));
    admin = options.adminPort() < 0 ? null : startAdmin(options);
  }

  /** Starts all of it, or nothing. */
  static RunningProxy start(ListenOptions options, GatewayConfig config)
      throws CannotListenException, RefusedConfigException {
    return new DataPlane(options, config);
  }

  private ProxyServer startServer(ListenOptions options, GatewayConfig config)
      throws CannotListenException, RefusedConfigException {
    try {
      return new ListeningProxy(options, log, metrics, OptionalInt.empty()).start(config);
    } catch (ConfigRefusedException e) {
      throw new RefusedConfigException(e.problems());
    }
  }

  private AdminServer startAdmin(ListenOptions options) throws CannotListenException {
    var address = new InetSocketAddress(options.adminBind(), options.adminPort());
    try {
      return AdminServer.start(
          address, this::readiness, () -> new ConfigCodec().redacted(server.current()), metrics);
    } catch (IOException e) {
      server.close();
      throw new CannotListenException(
          "Cannot listen for admin on " + address + ": " + e.getMessage());
    }
  }

  private Readiness readiness() {
    if (draining) {
      return new Readiness(false, List.of("draining"));
    }
    List<String> details = new ArrayList<>();
    details.add("serving " + server.current().name());
    server.limiterDetail().ifPresent(details::add);
    if (server.overloaded()) {
      details.add("short of memory: new requests are answered 503");
    }
    return new Readiness(true, details);
  }

  @Override
  public void apply(GatewayConfig config) throws RefusedConfigException {
    try {
      server.apply(config);
    } catch (ConfigRefusedException e) {
      throw new RefusedConfigException(e.problems());
    }
  }

  @Override
  public void refused() {
    metrics.configRefused();
  }

  @Override
  public Optional<InetSocketAddress> httpAddress() {
    return server.httpAddress();
  }

  @Override
  public Optional<InetSocketAddress> httpsAddress() {
    return server.httpsAddress();
  }

  @Override
  public Optional<InetSocketAddress> adminAddress() {
    return Optional.ofNullable(admin).map(AdminServer::address);
  }

  @Override
  public void settle() {
    settling.start();
  }

  private void settle(WarmUpMode warmUp) {
    try {
      Thread.sleep(SETTLING_AFTER);
      metrics.observePlatform();
      switch (warmUp) {
        case NONE -> {}
        case ONCE -> WarmUp.beside(server.current().tls()).run(WARM_UP_LIMIT);
        case TRAINING -> train();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // stopping: nothing is left of it
    }
  }

  private void train() throws InterruptedException {
    int requests = 0;
    try {
      while (!draining) {
        for (Tls tls : List.of(server.current().tls(), Tls.disabled())) {
          WarmUp.Result turn = WarmUp.training(tls).run(TRAINING_TURN);
          requests += turn.requests();
          if (turn.problem().isPresent()) {
            Thread.sleep(TRAINING_TURN);
          }
        }
      }
    } finally {
      LOG.info("Trained with {} requests", requests);
    }
  }

  /** A warm-up that is under way gives way to the stop. */
  private void endSettling() {
    settling.interrupt();
    try {
      settling.join(SETTLED_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void drain() {
    draining = true;
    settling.interrupt();
    try {
      server.drain();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    endSettling();
    server.close();
    if (admin != null) {
      admin.close();
    }
    metrics.close();
    log.close();
  }
}

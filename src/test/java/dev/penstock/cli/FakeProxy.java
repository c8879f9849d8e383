package dev.penstock.cli;

import dev.penstock.model.GatewayConfig;
import dev.penstock.model.Tls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Serves nothing, and remembers what it was told. */
final class FakeProxy implements ProxyStarter, RunningProxy {

  final BlockingQueue<GatewayConfig> applied = new LinkedBlockingQueue<>();
  final BlockingQueue<String> life = new LinkedBlockingQueue<>();
  final AtomicInteger refusals = new AtomicInteger();
  volatile Predicate<GatewayConfig> refuses = _ -> false;
  volatile boolean portInUse;
  private volatile ListenOptions options =
      new ListenOptions(
          InetAddress.getLoopbackAddress(),
          0,
          0,
          InetAddress.getLoopbackAddress(),
          0,
          true,
          ListenOptions.WarmUpMode.ONCE);
  private volatile boolean tls;

  @Override
  public RunningProxy start(ListenOptions given, GatewayConfig config)
      throws CannotListenException, RefusedConfigException {
    if (portInUse) {
      throw new CannotListenException(
          "Port " + given.httpsPort() + " is in use; choose another with --https-port.");
    }
    options = given;
    tls = config.tls().mode() == Tls.Mode.TERMINATE;
    apply(config);
    return this;
  }

  ListenOptions options() {
    return options;
  }

  @Override
  public void apply(GatewayConfig config) throws RefusedConfigException {
    if (refuses.test(config)) {
      throw new RefusedConfigException(List.of("certificate ai/tls: the key does not fit"));
    }
    applied.add(config);
  }

  @Override
  public void refused() {
    refusals.incrementAndGet();
  }

  @Override
  public Optional<InetSocketAddress> httpAddress() {
    return address(options.bind(), options.httpPort(), 40081);
  }

  @Override
  public Optional<InetSocketAddress> httpsAddress() {
    return tls ? address(options.bind(), options.httpsPort(), 40443) : Optional.empty();
  }

  @Override
  public Optional<InetSocketAddress> adminAddress() {
    return address(options.adminBind(), options.adminPort(), 49901);
  }

  private static Optional<InetSocketAddress> address(InetAddress bind, int port, int free) {
    return port < 0
        ? Optional.empty()
        : Optional.of(new InetSocketAddress(bind, port == 0 ? free : port));
  }

  @Override
  public void settle() {
    life.add("settled");
  }

  @Override
  public void drain() {
    life.add("drained");
  }

  @Override
  public void close() {
    life.add("closed");
  }
}

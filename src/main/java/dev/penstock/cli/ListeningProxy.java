package dev.penstock.cli;

import dev.penstock.model.GatewayConfig;
import dev.penstock.ops.AccessLog;
import dev.penstock.ops.ProxyMetrics;
import dev.penstock.proxy.ConfigRefusedException;
import dev.penstock.proxy.ProxyOptions;
import dev.penstock.proxy.ProxyServer;
import dev.penstock.proxy.ProxyStartException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.util.OptionalInt;

/** What a proxy is started with, whichever command does it. */
final class ListeningProxy {

  private final ListenOptions options;
  private final AccessLog log;
  private final ProxyMetrics metrics;
  private final OptionalInt redirectPort;

  /**
   * Prepares a start.
   *
   * @param redirectPort where clients reach https; absent: at the listener's own port
   */
  ListeningProxy(
      ListenOptions options, AccessLog log, ProxyMetrics metrics, OptionalInt redirectPort) {
    this.options = options;
    this.log = log;
    this.metrics = metrics;
    this.redirectPort = redirectPort;
  }

  /** On standard output, unless it is turned off. */
  static AccessLog accessLog(ListenOptions options) {
    // Not System.out: a print stream would hide that nobody reads.
    return options.accessLog()
        ? AccessLog.to(new FileOutputStream(FileDescriptor.out))
        : AccessLog.off();
  }

  ProxyServer start(GatewayConfig config) throws CannotListenException, ConfigRefusedException {
    var proxy =
        new ProxyOptions(
            options.bind(),
            options.httpPort(),
            options.httpsPort(),
            redirectPort,
            log,
            metrics,
            System::nanoTime,
            Runtime.getRuntime().availableProcessors());
    try {
      return ProxyServer.start(proxy, config);
    } catch (ProxyStartException e) {
      throw new CannotListenException(
          e.getMessage()
              + "; end what listens there, or choose another port with --https-port or --http-port"
              + " (0: a free one)");
    }
  }
}

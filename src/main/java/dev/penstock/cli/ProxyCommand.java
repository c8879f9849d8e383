package dev.penstock.cli;

import dev.penstock.cli.ListenOptions.WarmUpMode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code penstock proxy}: serves what an operator pushes or mounts. */
@Command(
    name = "proxy",
    description = {
      "Serve the configuration that an operator gives: the proxy of a gateway in a cluster.",
      "",
      "It is pushed to the control port, and read from a folder where nobody pushes one. A newer"
          + " one is served at once, one that cannot run is refused and the last good one goes on."
          + " SIGTERM and SIGINT drain.",
      ""
    })
public final class ProxyCommand implements Callable<Integer> {

  private final Stop stop;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--config-dir",
      defaultValue = "/etc/penstock/config",
      paramLabel = "DIR",
      description = "Where the configuration is mounted. Default: ${DEFAULT-VALUE}")
  private Path configDir = Path.of("");

  @Option(
      names = "--control-dir",
      defaultValue = "/etc/penstock/control",
      paramLabel = "DIR",
      description =
          "Where tls.crt, tls.key and token of the control port are mounted. Default:"
              + " ${DEFAULT-VALUE}")
  private Path controlDir = Path.of("");

  @Option(
      names = "--https-port",
      defaultValue = "8443",
      paramLabel = "PORT",
      description = "0: a free one, -1: none. Default: ${DEFAULT-VALUE}")
  private int httpsPort;

  @Option(
      names = "--http-port",
      defaultValue = "8081",
      paramLabel = "PORT",
      description =
          "Redirects to https at port 443, or serves where the gateway has tls.mode Disabled. 0: a"
              + " free one, -1: none. Default: ${DEFAULT-VALUE}")
  private int httpPort;

  @Option(
      names = "--admin-port",
      defaultValue = "9901",
      paramLabel = "PORT",
      description =
          "/healthz, /readyz, /metrics and /config in plain text. 0: a free one. Default:"
              + " ${DEFAULT-VALUE}")
  private int adminPort;

  @Option(
      names = "--control-port",
      defaultValue = "9902",
      paramLabel = "PORT",
      description =
          "Takes configurations, over TLS and with a token. 0: a free one. Default:"
              + " ${DEFAULT-VALUE}")
  private int controlPort;

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      converter = AddressConverter.class,
      description = "The address for clients. Default: all of this machine")
  private @Nullable InetAddress bind;

  @Option(
      names = "--admin-bind",
      paramLabel = "ADDRESS",
      converter = AddressConverter.class,
      description = "The address of the admin and control ports. Default: all of this machine")
  private @Nullable InetAddress adminBind;

  @Option(
      names = "--push-wait",
      defaultValue = "3s",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description =
          "How long a push is waited for at the start before the mounted configuration, which may be"
              + " an older one, is served. Default: ${DEFAULT-VALUE}")
  private Duration pushWait = Duration.ZERO;

  @Option(
      names = "--drain-delay",
      defaultValue = "5s",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description =
          "How long to go on listening, no longer ready, once asked to stop: the time in which"
              + " balancers notice. Default: ${DEFAULT-VALUE}")
  private Duration drainDelay = Duration.ZERO;

  @Option(names = "--no-access-log", description = "Do not write a line for each request.")
  private boolean noAccessLog;

  @Option(
      names = "--no-warm-up",
      description =
          "Be ready at once, not only after some seconds of requests to itself, which spare the"
              + " first real ones being slow.")
  private boolean noWarmUp;

  public ProxyCommand(Stop stop) {
    this.stop = stop;
  }

  @Override
  public Integer call() throws InterruptedException {
    var listen =
        new ListenOptions(
            orAny(bind),
            port(httpPort, -1),
            port(httpsPort, -1),
            orAny(adminBind),
            port(adminPort, 0),
            !noAccessLog,
            WarmUpMode.unless(noWarmUp));
    var options =
        new ClusterProxy.Options(
            listen, port(controlPort, 0), configDir, controlDir, pushWait, drainDelay);
    var stopped = new CountDownLatch(1);
    try (var proxy = ClusterProxy.start(options);
        var _ = stop.register(proxy::stop, stopped)) {
      proxy.run();
      return ExitCode.OK;
    } catch (CannotListenException e) {
      spec.commandLine().getErr().println(e.reason());
      spec.commandLine().getErr().flush();
      return ExitCode.CANNOT_LISTEN;
    } finally {
      stopped.countDown();
    }
  }

  /** Of IPv6 and IPv4 where the machine has both. */
  private static InetAddress orAny(@Nullable InetAddress address) {
    return address == null ? new InetSocketAddress(0).getAddress() : address;
  }

  private int port(int port, int least) {
    if (port < least || port > 65_535) {
      throw new ParameterException(
          spec.commandLine(),
          "'" + port + "' is not a port: 0 to 65535" + (least < 0 ? ", or -1 for none" : ""));
    }
    return port;
  }
}

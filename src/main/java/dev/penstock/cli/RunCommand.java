package dev.penstock.cli;

import dev.penstock.cli.Certification.Flags;
import dev.penstock.cli.ListenOptions.WarmUpMode;
import dev.penstock.model.ResourceName;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code penstock run}: serves manifests from files, without a cluster. */
@Command(
    name = "run",
    description = {
      "Serve the AIServices of an AIGateway from manifests.",
      "",
      "The files are watched: a change is served at once, a mistake is told and the last good"
          + " state goes on. SIGTERM and SIGINT drain.",
      ""
    })
public final class RunCommand implements Callable<Integer> {

  private final ProxyStarter proxies;
  private final Stop stop;
  private final Clock clock;
  private final Map<String, String> environment;

  @Mixin private ManifestFiles files = new ManifestFiles();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--gateway",
      paramLabel = "NAMESPACE/NAME",
      converter = ResourceNameConverter.class,
      description = "The AIGateway to serve; needed when the files hold several.")
  private @Nullable ResourceName gateway;

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
          "Redirects to https, or serves where the gateway has tls.mode Disabled. 0: a free one,"
              + " -1: none. Default: ${DEFAULT-VALUE}")
  private int httpPort;

  @Option(
      names = "--admin-port",
      defaultValue = "9901",
      paramLabel = "PORT",
      description =
          "/healthz, /readyz, /metrics and /config in plain text. 0: a free one, -1: none."
              + " Default: ${DEFAULT-VALUE}")
  private int adminPort;

  @Option(
      names = "--bind",
      defaultValue = "127.0.0.1",
      paramLabel = "ADDRESS",
      converter = AddressConverter.class,
      description =
          "The address for clients; 0.0.0.0 or :: for all of this machine. Default:"
              + " ${DEFAULT-VALUE}")
  private @Nullable InetAddress bind;

  @Option(
      names = "--admin-bind",
      defaultValue = "127.0.0.1",
      paramLabel = "ADDRESS",
      converter = AddressConverter.class,
      description = "The address of the admin endpoints. Default: ${DEFAULT-VALUE}")
  private @Nullable InetAddress adminBind;

  @ArgGroup(exclusive = false)
  private @Nullable CertificateFiles certificate;

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description =
          "Where self-signed certificates are kept. Default: $XDG_STATE_HOME/penstock, or"
              + " ~/.local/state/penstock")
  private @Nullable Path stateDir;

  @Option(names = "--no-access-log", description = "Do not write a line for each request.")
  private boolean noAccessLog;

  @Option(
      names = "--no-warm-up",
      description =
          "Do not send requests to itself after the start, which take some seconds of one processor"
              + " or two and spare the first real ones being slow.")
  private boolean noWarmUp;

  @Option(
      names = "--train",
      hidden = true,
      description = "Send requests to itself until it is stopped, to make an AOT cache of.")
  private boolean training;

  /** Both or none. */
  static final class CertificateFiles {
    @Option(
        names = "--tls-cert",
        required = true,
        paramLabel = "FILE",
        description = "Certificate chain in PEM, in place of the gateway's own.")
    private Path chain = Path.of("");

    @Option(
        names = "--tls-key",
        required = true,
        paramLabel = "FILE",
        description = "Its private key in PEM.")
    private Path key = Path.of("");
  }

  public RunCommand(ProxyStarter proxies, Stop stop, Clock clock, Map<String, String> environment) {
    this.proxies = proxies;
    this.stop = stop;
    this.clock = clock;
    this.environment = Map.copyOf(environment);
  }

  @Override
  public Integer call() throws InterruptedException {
    var err = spec.commandLine().getErr();
    InetAddress clients = bind == null ? InetAddress.getLoopbackAddress() : bind;
    InetAddress admin = adminBind == null ? InetAddress.getLoopbackAddress() : adminBind;
    var options =
        new ListenOptions(
            clients,
            port(httpPort),
            port(httpsPort),
            admin,
            port(adminPort),
            !noAccessLog,
            training ? WarmUpMode.TRAINING : WarmUpMode.unless(noWarmUp));
    Optional<Flags> flags =
        Optional.ofNullable(certificate).map(given -> new Flags(given.chain, given.key));
    var store = new SelfSignedStore(stateFolder(), clock);
    var certification = new Certification(flags, store, clients);
    proxies.prepare();
    var sources = new Sources(files.paths(), Optional.ofNullable(gateway), certification, flags);
    return new Serving(sources, options, proxies, stop, new Console(err, clock)).run();
  }

  private int port(int port) {
    if (port < -1 || port > 65_535) {
      throw new ParameterException(
          spec.commandLine(), "'" + port + "' is not a port: 0 to 65535, or -1 for none");
    }
    return port;
  }

  private Path stateFolder() {
    if (stateDir != null) {
      return stateDir;
    }
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    // The XDG base directory specification: relative paths are to be ignored.
    Path base =
        state.startsWith("/")
            ? Path.of(state)
            : Path.of(System.getProperty("user.home", "."), ".local", "state");
    return base.resolve("penstock");
  }
}

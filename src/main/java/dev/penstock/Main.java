package dev.penstock;

import dev.penstock.cli.CheckCommand;
import dev.penstock.cli.Commands;
import dev.penstock.cli.CompletionCommand;
import dev.penstock.cli.CrdsCommand;
import dev.penstock.cli.ExitCode;
import dev.penstock.cli.OperatorCommand;
import dev.penstock.cli.ProxyCommand;
import dev.penstock.cli.ProxyStarter;
import dev.penstock.cli.RunCommand;
import dev.penstock.cli.Stop;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Clock;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root of the command line: {@code penstock}. */
@Command(
    name = "penstock",
    description = "An ingress for self-hosted AI services.%n",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Main.ManifestVersion.class,
    synopsisHeading = "Usage: ",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      ExitCode.OK + ":all is well; for run and proxy: stopped and drained",
      ExitCode.PROBLEMS + ":the manifests have problems, or no service answers the URL",
      ExitCode.USAGE + ":the command line is wrong",
      ExitCode.CANNOT_LISTEN + ":an address cannot be listened on",
      ExitCode.CLUSTER + ":a cluster cannot be reached, or refuses what it is asked",
      ExitCode.INTERNAL + ":a fault of penstock itself"
    })
public final class Main implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  private Main() {}

  /** Runs the command line and exits with a code of {@link ExitCode}. */
  public static void main(String[] args) {
    System.exit(
        commandLine(Stop.bySignal(), Clock.systemUTC(), System.getenv(), ProxyStarter.ofDataPlane())
            .execute(args));
  }

  static CommandLine commandLine(
      Stop stop, Clock clock, Map<String, String> environment, ProxyStarter proxies) {
    return Commands.under(
        new Main(),
        new RunCommand(proxies, stop, clock, environment),
        new ProxyCommand(stop),
        new OperatorCommand(stop, clock, environment),
        new CheckCommand(),
        new CrdsCommand(() -> new KubernetesClientBuilder().build()),
        new CompletionCommand());
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing a command: run, check, crds, ...");
  }

  /** The version that the build wrote into the jar's manifest. */
  static final class ManifestVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
      var version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"penstock " + (version == null ? "(not from a jar)" : version)};
    }
  }
}

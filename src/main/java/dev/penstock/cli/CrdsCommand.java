package dev.penstock.cli;

import dev.penstock.config.manifest.Crds;
import dev.penstock.config.manifest.PackagedFile;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code penstock crds}: the CustomResourceDefinitions of this version. */
@Command(
    name = "crds",
    description = {
      "Print the CustomResourceDefinitions, for: penstock crds | kubectl apply --server-side -f -",
      ""
    })
public final class CrdsCommand implements Callable<Integer> {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Supplier<KubernetesClient> cluster;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--apply",
      description =
          "Apply them server-side instead, to the cluster of KUBECONFIG or of the pod, and wait until it serves them.")
  private boolean apply;

  /**
   * @param cluster connects to the cluster, with {@code --apply}
   */
  public CrdsCommand(Supplier<KubernetesClient> cluster) {
    this.cluster = cluster;
  }

  @Override
  public Integer call() {
    return apply ? apply() : print();
  }

  private int apply() {
    try (KubernetesClient client = cluster.get()) {
      var installer = new CrdsInstaller(client, PATIENCE);
      for (PackagedFile crd : Crds.packaged()) {
        spec.commandLine().getOut().println(installer.apply(crd) + " applied");
      }
      return ExitCode.OK;
    } catch (KubernetesClientException e) {
      spec.commandLine().getErr().println(reason(e));
      return ExitCode.CLUSTER;
    } finally {
      spec.commandLine().getOut().flush();
      spec.commandLine().getErr().flush();
    }
  }

  /**
   * The client's own words hide the cause of a connection that fails behind "an error occurred".
   */
  private static String reason(KubernetesClientException e) {
    Throwable cause = e.getCause();
    return cause == null || cause.getMessage() == null
        ? String.valueOf(e.getMessage())
        : e.getMessage() + " (" + cause.getMessage() + ")";
  }

  private int print() {
    PrintWriter out = spec.commandLine().getOut();
    for (PackagedFile crd : Crds.packaged()) {
      if (crd.text().lines().noneMatch("---"::equals)) {
        out.println("---");
      }
      out.print(crd.text());
      if (!crd.text().endsWith("\n")) {
        out.println();
      }
    }
    out.flush();
    return ExitCode.OK;
  }
}

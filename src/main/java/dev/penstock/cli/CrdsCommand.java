package dev.penstock.cli;

import dev.penstock.config.manifest.Crds;
import dev.penstock.config.manifest.PackagedFile;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code penstock crds}: the CustomResourceDefinitions of this version. */
@Command(
    name = "crds",
    description = {
      "Print the CustomResourceDefinitions, for: penstock crds | kubectl apply --server-side -f -",
      ""
    })
public final class CrdsCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
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

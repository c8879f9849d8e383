package dev.penstock.deploy;

import dev.penstock.cli.CrdsCommand;
import dev.penstock.testing.ApiServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** {@code penstock crds --apply} in process, with what it printed. */
record CrdsRun(int exitCode, String out, String err) {

  /** With the rights of a ServiceAccount. */
  static CrdsRun as(ApiServer api, String namespace, String account) {
    return with(
        new ConfigBuilder(Config.fromKubeconfig(api.kubeconfig().toFile()))
            .withImpersonateUsername("system:serviceaccount:" + namespace + ":" + account)
            .build());
  }

  static CrdsRun with(Config config) {
    var out = new StringWriter();
    var err = new StringWriter();
    int code =
        new CommandLine(
                new CrdsCommand(() -> new KubernetesClientBuilder().withConfig(config).build()))
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute("--apply");
    return new CrdsRun(code, out.toString(), err.toString());
  }
}

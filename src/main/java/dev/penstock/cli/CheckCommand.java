package dev.penstock.cli;

import dev.penstock.config.FileSource;
import dev.penstock.config.manifest.LoadedManifests;
import dev.penstock.config.manifest.ManifestLoader;
import dev.penstock.model.Certificate;
import dev.penstock.model.GatewayConfig;
import dev.penstock.model.ResourceName;
import dev.penstock.model.Tls;
import dev.penstock.proxy.tls.ServerTls;
import dev.penstock.proxy.tls.TlsProblem;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code penstock check}: what is wrong with manifests, and what they would do. */
@Command(
    name = "check",
    description = {
      "Check manifests with the schema and the rules of a cluster, and tell every problem.",
      "",
      "Exits with 1 when there is a problem, or when no service answers the --url.",
      ""
    })
public final class CheckCommand implements Callable<Integer> {

  /** How the findings are written. */
  enum Output {
    text,
    json
  }

  @Mixin private ManifestFiles files = new ManifestFiles();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--gateway",
      paramLabel = "NAMESPACE/NAME",
      converter = ResourceNameConverter.class,
      description = "Ask --url of this AIGateway alone.")
  private @Nullable ResourceName gateway;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Tell which service answers https://HOST/PATH, and with what limits.")
  private @Nullable String url;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "text",
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}")
  private Output output = Output.text;

  @Override
  public Integer call() {
    Optional<URI> asked = Optional.ofNullable(url).map(this::parse);
    LoadedManifests loaded =
        new ManifestLoader(CheckCommand::problem).load(FileSource.read(files.paths()));
    Optional<CheckReport.Answer> answer =
        asked.map(uri -> new CheckReport.Answer(uri, RouteMatcher.match(gateways(loaded), uri)));
    var report = new CheckReport(loaded, answer);
    var out = spec.commandLine().getOut();
    out.println(output == Output.json ? CheckJson.write(report) : CheckText.write(report));
    out.flush();
    return report.ok() ? ExitCode.OK : ExitCode.PROBLEMS;
  }

  /** Why {@code run} would refuse the certificate: it is made ready as there. */
  private static Optional<String> problem(Certificate certificate) {
    var tls = new Tls(Tls.Mode.TERMINATE, Tls.Version.TLS_1_2, List.of(certificate));
    try {
      ServerTls.compile(tls, List.of("http/1.1"), Instant.now(), Optional.empty()).release();
      return Optional.empty();
    } catch (TlsProblem e) {
      return Optional.of("Secret " + e.getMessage());
    }
  }

  private List<GatewayConfig> gateways(LoadedManifests loaded) {
    ResourceName only = gateway;
    if (only == null) {
      return loaded.gateways();
    }
    return loaded.gateway(only).map(List::of).orElse(List.of());
  }

  private URI parse(String text) {
    try {
      var uri = new URI(text.contains("://") ? text : "https://" + text);
      if (uri.getHost() != null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw wrong(text);
    }
    throw wrong(text);
  }

  private ParameterException wrong(String text) {
    return new ParameterException(
        spec.commandLine(), "--url '" + text + "' is not a URL such as https://ai.example.com/stt");
  }
}

package dev.penstock.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.marcnuri.helm.DryRun;
import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The chart as Helm renders it, in this process and without a cluster. */
final class Chart {

  static final Path FOLDER = Path.of("deploy/helm/penstock");

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private static final Pattern PASSWORD = Pattern.compile("(?m)^(  password: )\\S+$");

  private Chart() {}

  static Helm helm() {
    return new Helm(FOLDER);
  }

  /** All documents but the CRDs, as release "penstock" in namespace "ai". */
  static String render(Path values) {
    return helm()
        .template()
        .withName("penstock")
        .withNamespace("ai")
        .withKubeVersion("1.34.4")
        .withValuesFile(values)
        .skipCrds()
        .call();
  }

  /** What Helm says after an installation. */
  static String notes(Path values) {
    String report =
        helm()
            .install()
            .withName("penstock")
            .withNamespace("ai")
            .withKubeVersion("1.34.4")
            .withValuesFile(values)
            .clientOnly()
            .dryRun()
            .withDryRunOption(DryRun.CLIENT)
            .debug()
            .call()
            .getOutput();
    return report.replaceFirst("(?s).*\nNOTES:\n", "").strip() + "\n";
  }

  /** The same, without what differs from run to run: a new password. */
  static String stable(String rendered) {
    return PASSWORD.matcher(rendered).replaceAll("$1<random>");
  }

  static List<JsonNode> documents(String rendered) {
    try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(rendered)) {
      var all = new ArrayList<JsonNode>();
      while (documents.hasNextValue()) {
        JsonNode document = documents.nextValue();
        if (!document.isNull() && !document.isEmpty()) {
          all.add(document);
        }
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode yaml(Path file) throws IOException {
    return YAML.readTree(file.toFile());
  }
}

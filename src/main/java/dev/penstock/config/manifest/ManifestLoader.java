package dev.penstock.config.manifest;

import dev.penstock.api.v1alpha1.AIGateway;
import dev.penstock.config.FileSnapshot;
import dev.penstock.model.Certificate;
import dev.penstock.model.GatewayConfig;
import dev.penstock.translate.Environment;
import dev.penstock.translate.Inputs;
import dev.penstock.translate.Problem;
import dev.penstock.translate.Reason;
import dev.penstock.translate.ResourceRef;
import dev.penstock.translate.Translator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * From the texts of files to configurations: the same schema and the same translation as in a
 * cluster, every problem with its line.
 */
public final class ManifestLoader {

  private final ResourceSchemas schemas;
  private final ResourceBinder binder = new ResourceBinder();
  private final Function<Certificate, Optional<String>> judge;

  /** Does not look into certificates: whoever serves them refuses a bad one. */
  public ManifestLoader() {
    this(_ -> Optional.empty());
  }

  /**
   * One that looks into certificates.
   *
   * @param judge says what is wrong with a gateway's certificate
   */
  public ManifestLoader(Function<Certificate, Optional<String>> judge) {
    this.judge = judge;
    this.schemas = ResourceSchemas.of(Crds.packaged());
  }

  /** Reads and translates everything; never throws for what a file may say. */
  public LoadedManifests load(FileSnapshot snapshot) {
    ManifestSet set = new ManifestReader(schemas, binder).read(snapshot);
    List<GatewayConfig> configs = new ArrayList<>();
    List<Problem> translated =
        new ArrayList<>(Translator.missingParents(set.gatewayNames(), set.services()));
    set.gateways().stream()
        .sorted(Comparator.comparing(ManifestSet::name))
        .forEach(gateway -> translate(gateway, set, configs, translated));
    translated.addAll(Orphans.problems(set));
    var merged = new ProblemMerge(set).merge(translated);
    return new LoadedManifests(
        configs, merged.problems(), merged.warnings(), set.skipped(), snapshot.files().size());
  }

  private void translate(
      AIGateway gateway, ManifestSet set, List<GatewayConfig> configs, List<Problem> problems) {
    var translation =
        Translator.translate(
            new Inputs(gateway, set.services(), set.references(), Environment.standalone()));
    problems.addAll(translation.problems());
    translation
        .config()
        .ifPresent(
            config -> {
              configs.add(config);
              certificateProblems(config, problems);
            });
  }

  private void certificateProblems(GatewayConfig config, List<Problem> problems) {
    var resource = new ResourceRef(ResourceRef.Kind.GATEWAY, config.name());
    List<Certificate> certificates = config.tls().certificates();
    for (int i = 0; i < certificates.size(); i++) {
      String field = "spec.tls.certificateRefs[" + i + "]";
      judge
          .apply(certificates.get(i))
          .map(wrong -> problem(resource, field, wrong))
          .ifPresent(problems::add);
    }
  }

  private static Problem problem(ResourceRef resource, String field, String message) {
    return new Problem(
        resource, field, Reason.INVALID_CERTIFICATE_REF, message, Problem.Severity.ERROR);
  }
}

package dev.penstock.config.manifest;

import dev.penstock.api.v1alpha1.AIGateway;
import dev.penstock.config.FileSnapshot;
import dev.penstock.model.GatewayConfig;
import dev.penstock.translate.Environment;
import dev.penstock.translate.Inputs;
import dev.penstock.translate.Problem;
import dev.penstock.translate.Translator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * From the texts of files to configurations: the same schema and the same translation as in a
 * cluster, every problem with its line.
 */
public final class ManifestLoader {

  private final ResourceSchemas schemas;
  private final ResourceBinder binder = new ResourceBinder();

  public ManifestLoader() {
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

  private static void translate(
      AIGateway gateway, ManifestSet set, List<GatewayConfig> configs, List<Problem> problems) {
    var translation =
        Translator.translate(
            new Inputs(gateway, set.services(), set.references(), Environment.standalone()));
    translation.config().ifPresent(configs::add);
    problems.addAll(translation.problems());
  }
}

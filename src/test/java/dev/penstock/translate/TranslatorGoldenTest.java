package dev.penstock.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.penstock.model.Cidr;
import dev.penstock.testing.GoldenCases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each folder is a case: {@code in-resources.yaml} (the first gateway is translated) and perhaps
 * {@code in-environment.yaml} give {@code out-config.yaml}, where there is a configuration, and
 * {@code out-outcome.yaml}. With {@code -Dgolden.update=true} the outputs are written anew.
 */
class TranslatorGoldenTest {

  private static final GoldenCases CASES =
      new GoldenCases(
          Path.of("src/test/resources/golden"), Set.of("in-resources.yaml", "in-environment.yaml"));

  static List<String> cases() throws IOException {
    return CASES.names();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void resourcesBecomeWhatTheFolderSays(String name) throws IOException {
    CASES.assertOutputs(name, translate(CASES.root().resolve(name)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theOrderOfResourcesDoesNotMatter(String name) throws IOException {
    Path folder = CASES.root().resolve(name);
    Manifests manifests = manifests(folder);
    Environment environment = environment(folder);
    var reversed = new ArrayList<>(manifests.services);
    Collections.reverse(reversed);
    assertEquals(
        Translator.translate(
            new Inputs(manifests.gateways.getFirst(), manifests.services, manifests, environment)),
        Translator.translate(
            new Inputs(manifests.gateways.getFirst(), reversed, manifests, environment)));
  }

  private static Map<String, String> translate(Path folder) throws IOException {
    Manifests manifests = manifests(folder);
    Translation translation =
        Translator.translate(
            new Inputs(
                manifests.gateways.getFirst(), manifests.services, manifests, environment(folder)));
    var files = new TreeMap<String, String>();
    if (translation.config().isPresent()) {
      files.put("out-config.yaml", GoldenOutput.config(translation.config().get()));
    }
    var missing = Translator.missingParents(manifests.gatewayNames(), manifests.services);
    files.put("out-outcome.yaml", GoldenOutput.outcome(translation, missing));
    return files;
  }

  private static Manifests manifests(Path folder) throws IOException {
    return Manifests.parse(Files.readString(folder.resolve("in-resources.yaml")));
  }

  static Environment environment(Path folder) throws IOException {
    Path file = folder.resolve("in-environment.yaml");
    if (!Files.exists(file)) {
      return Environment.standalone();
    }
    JsonNode environment = new ObjectMapper(new YAMLFactory()).readTree(file.toFile());
    var refused = new ArrayList<Cidr>();
    environment.path("refusedAddresses").forEach(block -> refused.add(Cidr.parse(block.asText())));
    return new Environment(Environment.Place.valueOf(environment.path("place").asText()), refused);
  }
}

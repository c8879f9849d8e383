package dev.penstock.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.penstock.model.Cidr;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each folder is a case: {@code in-resources.yaml} (the first gateway is translated) and perhaps
 * {@code in-environment.yaml} give {@code out-config.yaml}, where there is a configuration, and
 * {@code out-outcome.yaml}. With {@code -Dgolden.update=true} the outputs are written anew.
 */
class TranslatorGoldenTest {

  private static final Path CASES = Path.of("src/test/resources/golden");
  private static final Set<String> INPUTS = Set.of("in-resources.yaml", "in-environment.yaml");

  static Stream<String> cases() throws IOException {
    try (Stream<Path> folders = Files.list(CASES)) {
      return folders.map(folder -> folder.getFileName().toString()).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void resourcesBecomeWhatTheFolderSays(String name) throws IOException {
    Path folder = CASES.resolve(name);
    Map<String, String> actual = translate(folder);
    if (Boolean.getBoolean("golden.update")) {
      write(folder, actual);
    }
    assertEquals(outputs(folder), actual);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theOrderOfResourcesDoesNotMatter(String name) throws IOException {
    Path folder = CASES.resolve(name);
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

  /** Every file that is no input, so that one that nothing writes makes a difference. */
  private static Map<String, String> outputs(Path folder) throws IOException {
    var files = new TreeMap<String, String>();
    try (Stream<Path> listed = Files.list(folder)) {
      for (Path file : listed.toList()) {
        String name = file.getFileName().toString();
        if (!INPUTS.contains(name)) {
          files.put(name, Files.readString(file));
        }
      }
    }
    return files;
  }

  private static void write(Path folder, Map<String, String> files) throws IOException {
    for (String old : outputs(folder).keySet()) {
      assertTrue(old.startsWith("out-"), () -> "unused file " + old);
      Files.delete(folder.resolve(old));
    }
    for (var file : files.entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
  }
}

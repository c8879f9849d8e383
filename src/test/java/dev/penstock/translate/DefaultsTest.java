package dev.penstock.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.penstock.api.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A manifest means the same whether or not an API server has filled in the schema's defaults. */
class DefaultsTest {

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  static List<String> cases() throws IOException {
    return TranslatorGoldenTest.cases();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void defaultsOfTheSchemaChangeNothing(String name) throws IOException {
    Path file = Path.of("src/test/resources/golden", name, "in-resources.yaml");
    String written = Files.readString(file);
    Environment environment = TranslatorGoldenTest.environment(file.getParent());
    Manifests asWritten = Manifests.parse(written);
    Manifests asStored = Manifests.parse(withDefaults(written));
    assertEquals(
        Translator.translate(
            new Inputs(asWritten.gateways.getFirst(), asWritten.services, asWritten, environment)),
        Translator.translate(
            new Inputs(asStored.gateways.getFirst(), asStored.services, asStored, environment)));
  }

  private static String withDefaults(String yaml) throws IOException {
    var stored = new StringBuilder();
    for (JsonNode document : YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml).readAll()) {
      switch (document.path("kind").asText()) {
        case "AIGateway" -> Schema.of("aigateways").applyDefaults(document);
        case "AIService" -> Schema.of("aiservices").applyDefaults(document);
        default -> {}
      }
      stored.append(YAML.writeValueAsString(document));
    }
    return stored.toString();
  }
}

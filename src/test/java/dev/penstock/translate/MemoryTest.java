package dev.penstock.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** With a memory a translation is the same, and cheaper. */
class MemoryTest {

  private static final String GATEWAY =
      """
      apiVersion: penstock.dev/v1alpha1
      kind: AIGateway
      metadata: {name: default, namespace: ai}
      spec: {hostnames: [%s], tls: {mode: Disabled}}
      """;

  private static final String BACKEND =
      """
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: whisper, namespace: ai}
      spec: {ports: [{port: 9011}]}
      """;

  private final Memory memory = new Memory();

  @Test
  void whateverChangesTheResultIsThatOfATranslationFromScratch() throws IOException {
    List<Path> cases = new ArrayList<>();
    for (String name : TranslatorGoldenTest.cases()) {
      cases.add(Path.of("src/test/resources/golden", name));
    }
    var random = new Random(11);
    for (int round = 0; round < 4; round++) {
      Collections.shuffle(cases, random);
      for (Path each : cases) {
        Manifests manifests = numbered(Files.readString(each.resolve("in-resources.yaml")));
        Environment environment = TranslatorGoldenTest.environment(each);
        for (int again = 0; again < 2; again++) {
          var inputs =
              new Inputs(manifests.gateways.getFirst(), manifests.services, manifests, environment);
          assertEquals(
              Translator.translate(inputs), Translator.translate(inputs, memory), () -> "" + each);
        }
      }
    }
    assertTrue(memory.translated() > cases.size(), "golden cases differ from one another");
  }

  @Test
  void onlyWhatChangedIsTranslatedAnew() throws IOException {
    String all = GATEWAY.formatted("a.example") + service("a", "/a") + service("b", "/b");
    assertEquals(2, translated(all));
    assertEquals(0, translated(all));
    assertEquals(1, translated(all + service("c", "/c")));
    assertEquals(1, translated(all + service("c", "/d")));
    assertEquals(0, translated(all));
    assertEquals(1, translated(all + service("c", "/d")), "what was gone is forgotten");
  }

  @Test
  void whatAServiceRefersToCounts() throws IOException {
    String all =
        GATEWAY.formatted("a.example")
            + service("a", "/a")
            + service("b", "/b")
                .replace("url: http://192.0.2.7", "service: {name: whisper, port: 9011}");
    assertEquals(2, translated(all));
    assertEquals(1, translated(all + BACKEND));
    assertEquals(0, translated(all + BACKEND));
    assertEquals(1, translated(all + BACKEND.replace("9011", "9012")));
    assertEquals(1, translated(all));
  }

  @Test
  void anotherGatewayIsAnotherForAllItsServices() throws IOException {
    String services = service("a", "/a") + service("b", "/b");
    assertEquals(2, translated(GATEWAY.formatted("a.example") + services));
    assertEquals(2, translated(GATEWAY.formatted("b.example") + services));
    assertEquals(0, translated(GATEWAY.formatted("b.example") + services));
  }

  @Test
  void manifestsOfFilesHaveNoGenerationAndAreTranslatedEachTime() throws IOException {
    Manifests manifests = Manifests.parse(GATEWAY.formatted("a.example") + service("a", "/a"));
    for (int i = 1; i <= 2; i++) {
      translate(manifests);
      assertEquals(i, memory.translated());
    }
  }

  /** How many were looked at. */
  private long translated(String yaml) throws IOException {
    long before = memory.translated();
    translate(numbered(yaml));
    return memory.translated() - before;
  }

  private void translate(Manifests manifests) {
    var inputs =
        new Inputs(
            manifests.gateways.getFirst(),
            manifests.services,
            manifests,
            Environment.cluster(List.of()));
    assertEquals(Translator.translate(inputs), Translator.translate(inputs, memory));
  }

  /** As an API server would: another spec has another generation. */
  private static Manifests numbered(String yaml) throws IOException {
    Manifests manifests = Manifests.parse(yaml);
    manifests.services.forEach(
        service -> {
          service.getMetadata().setUid("of " + service.getMetadata().getName());
          service.getMetadata().setGeneration((long) String.valueOf(service.getSpec()).hashCode());
        });
    return manifests;
  }

  private static String service(String name, String path) {
    return """
        ---
        apiVersion: penstock.dev/v1alpha1
        kind: AIService
        metadata: {name: %s, namespace: ai}
        spec: {path: %s, backend: {url: http://192.0.2.7}}
        """
        .formatted(name, path);
  }
}

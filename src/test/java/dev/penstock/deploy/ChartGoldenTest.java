package dev.penstock.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.config.FileSource;
import dev.penstock.config.manifest.ManifestLoader;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each folder of src/test/resources/chart is a case: {@code values.yaml} renders to {@code
 * out.yaml} and {@code out-notes.txt}. With {@code -Dgolden.update=true} the outputs are written
 * anew.
 */
class ChartGoldenTest {

  private static final Path CASES = Path.of("src/test/resources/chart");

  /** Of what an AIGateway owns objects that are called "penstock-" and its name. */
  private static final Set<String> OWNED =
      Set.of(
          "Deployment",
          "Service",
          "ServiceAccount",
          "NetworkPolicy",
          "PodDisruptionBudget",
          "HorizontalPodAutoscaler");

  private static final KubernetesSerialization KUBERNETES = new KubernetesSerialization();

  @TempDir Path folder;

  static Stream<String> cases() throws IOException {
    try (Stream<Path> folders = Files.list(CASES)) {
      return folders.map(each -> each.getFileName().toString()).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theValuesRenderToWhatTheFolderSays(String name) throws IOException {
    expect(CASES.resolve(name).resolve("out.yaml"), Chart.stable(render(name)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theNotesSayWhatTheFolderSays(String name) throws IOException {
    Path folder = CASES.resolve(name);
    expect(folder.resolve("out-notes.txt"), Chart.notes(folder.resolve("values.yaml")));
  }

  private static void expect(Path file, String actual) throws IOException {
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(file, actual);
    }
    assertEquals(Files.readString(file), actual, "run `make golden` and read the difference");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyObjectHasOnlyFieldsThatItsKindKnows(String name) {
    for (JsonNode document : Chart.documents(render(name))) {
      String group = document.path("apiVersion").asText().replaceFirst("/.*", "");
      if (!group.equals("penstock.dev") && !group.equals("monitoring.coreos.com")) {
        HasMetadata object = KUBERNETES.unmarshal(document.toString());
        assertEquals(List.of(), UnknownFields.of(object), document::toString);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyAIGatewayIsAccepted(String name) throws IOException {
    Path manifests = Files.writeString(folder.resolve("rendered.yaml"), render(name));
    var loaded = new ManifestLoader().load(FileSource.read(List.of(manifests)));
    var problems =
        loaded.problems().stream()
            .filter(problem -> !problem.toString().contains("there is no Secret "))
            .toList();
    assertEquals(List.of(), problems, "but for Secrets, which users bring");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyPodIsAllowedByTheRestrictedPodSecurityStandard(String name) {
    for (JsonNode pod : pods(name)) {
      JsonNode security = pod.path("securityContext");
      assertTrue(security.path("runAsNonRoot").asBoolean(), pod::toString);
      assertEquals("RuntimeDefault", security.path("seccompProfile").path("type").asText());
      for (JsonNode container : pod.path("containers")) {
        JsonNode own = container.path("securityContext");
        assertFalse(own.path("allowPrivilegeEscalation").asBoolean(true), pod::toString);
        assertTrue(own.path("readOnlyRootFilesystem").asBoolean(), pod::toString);
        assertEquals("[\"ALL\"]", own.path("capabilities").path("drop").toString());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void noNameCanBeThatOfAnObjectOfAGateway(String name) {
    for (JsonNode document : Chart.documents(render(name))) {
      String own = document.path("metadata").path("name").asText();
      assertFalse(
          OWNED.contains(document.path("kind").asText()) && own.matches("penstock-[a-z0-9]+"),
          () -> own + " is what an object of an AIGateway would be called");
    }
  }

  private static List<JsonNode> pods(String name) {
    var pods = new ArrayList<JsonNode>();
    for (JsonNode document : Chart.documents(render(name))) {
      JsonNode pod = document.path("spec").path("template").path("spec");
      if (!pod.isMissingNode()) {
        pods.add(pod);
      }
    }
    assertFalse(pods.isEmpty());
    return pods;
  }

  private static String render(String name) {
    return Chart.render(CASES.resolve(name).resolve("values.yaml"));
  }
}

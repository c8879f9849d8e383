package dev.penstock.config.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.config.FileSnapshot;
import dev.penstock.model.ResourceName;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestLoaderTest {

  private static final String GATEWAY =
      """
      apiVersion: penstock.dev/v1alpha1
      kind: AIGateway
      metadata: {name: default}
      spec: {}
      ---
      """;

  private static final String SERVICE =
      """
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata:
        name: stt
      spec:
        path: /stt
        backend:
          url: http://127.0.0.1:9011
        rateLimit: {rate: 6r/m, burst: 3}
        maxBodySize: 10Mi
        hostnames:
        - ai.example.com
      """;

  private final ManifestLoader loader = new ManifestLoader();

  @Test
  void manifestsOfSeveralFilesAndDocumentsBecomeOneConfiguration() {
    var loaded =
        loader.load(
            new FileSnapshot(List.of(file("a.yaml", GATEWAY), file("b.yaml", SERVICE)), List.of()));
    assertEquals(List.of(), loaded.problems());
    var config = loaded.gateway(new ResourceName("default", "default")).orElseThrow();
    assertEquals("/stt", config.routes().getFirst().path());
    assertEquals("6r/m", config.routes().getFirst().rateLimit().orElseThrow().rate().toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rateLimit: | ratelimit: | 9 | spec.ratelimit: is not a field; did you mean rateLimit?",
        "6r/m | 6 | 9 | spec.rateLimit.rate: is the number 6 where text is expected; expected: Requests",
        "10Mi | 10 | 10 | spec.maxBodySize: is the number 10 where text is expected; write it in quotes: \"10\", or with its unit, such as 10Mi",
        "10Mi | 10M | 10 | spec.maxBodySize: '10M' is not a size",
        "10Mi | yes | 10 | spec.maxBodySize: is true where text is expected",
        "burst: 3 | burst: '3' | 9 | spec.rateLimit.burst: is the text \"3\" where a whole number is expected; write it without quotes",
        "burst: 3 | burst: -3 | 9 | spec.rateLimit.burst: is -3, must be from 0 to 1000000",
        "burst: 3 | mode: Dryrun | 9 | spec.rateLimit.mode: is \"Dryrun\", must be one of DryRun, Enforce; did you mean DryRun?",
        "burst: 3 | delay: 9 | 9 | spec.rateLimit.delay",
        "ai.example.com | AI.example.com | 12 | spec.hostnames[0]: 'AI.example.com' is not a DNS name",
        "rateLimit: {rate: 6r/m, burst: 3} | parentRefs: default | 9 | spec.parentRefs: is the text \"default\" where a list is expected; write [default]",
        "path: /stt | path: stt | 6 | spec.path: 'stt' is not a path",
        "path: /stt | rewrite: / | 5 | spec.path: is required; add it",
        "name: stt | name: Stt | 4 | metadata.name: \"Stt\" does not have the form",
        "name: stt | nam: stt | 4 | metadata.nam: is not a field; did you mean name?",
        "kind: AIService | kind: AiService | 2 | kind: is AiService, which is not of penstock.dev/v1alpha1; did you mean AIService?",
        "v1alpha1 | v1 | 1 | apiVersion: is penstock.dev/v1, which is not known; write penstock.dev/v1alpha1",
        "penstock.dev | penstok.dev | 1 | apiVersion: of AIService is penstok.dev/v1alpha1; write",
        "path: /stt | path: *gone | 6 | is not YAML: found undefined alias gone",
        "path: /stt | path: !!binary aGk= | 6 | spec.path: the tag tag:yaml.org,2002:binary has no",
      })
  void aMistakeIsToldWithItsLineItsFieldAndTheMend(
      String from, String to, int line, String message) {
    assertTrue(SERVICE.contains(from), from);
    String broken = SERVICE.replaceFirst(Pattern.quote(from), to);
    List<ManifestProblem> problems =
        load(file("gateway.yaml", GATEWAY), file("stt.yaml", broken)).problems();
    assertTrue(
        problems.stream()
            .anyMatch(
                problem ->
                    problem.place().equals(new Place("stt.yaml", line))
                        && problem.toString().contains(": " + message)),
        problems.toString());
  }

  @Test
  void oneMistakeIsToldOnce() {
    for (String broken :
        List.of(
            SERVICE.replace("6r/m", "6"),
            SERVICE.replace("10Mi", "10M"),
            SERVICE.replace("path: /stt", "path: stt"),
            SERVICE.replace("path: /stt", "rewrite: /"),
            SERVICE.replace("url: http", "link: http"))) {
      var problems = load(file("g.yaml", GATEWAY), file("s.yaml", broken)).problems();
      assertEquals(1, problems.size(), problems.toString());
    }
  }

  @Test
  void allProblemsAreToldAtOnceInTheOrderOfTheFiles() {
    String second = SERVICE.replace("name: stt", "name: two").replace("/stt", "stt");
    var problems =
        load(
                file("a.yaml", SERVICE.replace("6r/m", "6/m").replace("10Mi", "10M")),
                file("b.yaml", second))
            .problems();
    assertEquals(
        List.of(
            "a.yaml:5 spec.parentRefs",
            "a.yaml:9 spec.rateLimit.rate",
            "a.yaml:10 spec.maxBodySize",
            "b.yaml:5 spec.parentRefs",
            "b.yaml:6 spec.path"),
        problems.stream().map(each -> each.place() + " " + each.field()).toList());
    assertFalse(problems.toString().contains("does not have the form"), problems.toString());
  }

  @Test
  void aKeyThatIsWrittenTwiceIsAProblemOnTheSecondLine() {
    var problems = load(file("a.yaml", GATEWAY + SERVICE + "  path: /two\n")).problems();
    assertEquals("a.yaml:18", problems.getFirst().place().toString());
    assertEquals("is written twice, first on line 11", problems.getFirst().message());
  }

  @Test
  void aResourceThatIsDeclaredTwiceIsAProblem() {
    var problems = load(file("a.yaml", GATEWAY + SERVICE), file("b.yaml", SERVICE)).problems();
    assertEquals(
        "b.yaml:1: AIService default/stt: metadata.name: is declared twice, first in a.yaml:6;"
            + " remove or rename one of the two",
        problems.getFirst().toString());
  }

  @Test
  void kindsOfOthersAreLeftAlone() {
    String others =
        """
        ---
        # nothing but a comment
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: whisper, namespace: ai}
        spec: {whatever: [1, 2]}
        """;
    var loaded = load(file("a.yaml", GATEWAY + SERVICE + others));
    assertEquals(List.of(), loaded.problems());
    assertEquals(List.of("Deployment ai/whisper"), loaded.skipped());
  }

  @Test
  void theItemsOfAListAreResourcesWithTheirOwnLines() {
    String list =
        """
        {"apiVersion": "v1", "kind": "List", "items": [
        \t{"apiVersion": "penstock.dev/v1alpha1", "kind": "AIGateway", "metadata": {"name": "default"}, "spec": {}},
        \t{"apiVersion": "penstock.dev/v1alpha1", "kind": "AIService", "metadata": {"name": "x"},
        \t "spec": {"path": "x", "backend": {"url": "http://127.0.0.1:1"}}}
        ]}
        """;
    var problems = load(file("list.json", list)).problems();
    assertEquals(1, problems.size(), problems.toString());
    assertEquals("list.json:4", problems.getFirst().place().toString());
    assertEquals("spec.path", problems.getFirst().field());
  }

  @Test
  void anchorsAndMergeKeysAreExpanded() {
    String anchored =
        SERVICE.replace("rateLimit: {rate: 6r/m", "rateLimit: &limit {rate: 6r/m")
            + "---\n"
            + SERVICE
                .replace("name: stt", "name: two")
                .replace("path: /stt", "path: /two\n  <<: {rewrite: /base, path: /ignored}");
    var loaded = load(file("a.yaml", GATEWAY + anchored));
    assertEquals(List.of(), loaded.problems());
    assertEquals("/base", loaded.gateways().getFirst().routes().getLast().rewrite());
    assertEquals("/two", loaded.gateways().getFirst().routes().getLast().path());
  }

  @Test
  void aSecretNeverShowsInAProblem() {
    String secret =
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: keys}
        stringData: {alice: 987654321}
        data: {bob: 123456789, carol: "%hunter2%", dave: !!int hunter2}
        """;
    String told = load(file("a.yaml", GATEWAY + secret)).problems().toString();
    assertTrue(told.contains("stringData.alice"), told);
    assertTrue(told.contains("data.carol"), told);
    for (String value : List.of("987654321", "123456789", "hunter2")) {
      assertFalse(told.contains(value), told);
    }
  }

  @Test
  void filesThatCouldNotBeReadAreProblems() {
    var unread = new FileSnapshot.Problem(Path.of("gone.yaml"), "does not exist");
    var loaded = loader.load(new FileSnapshot(List.of(), List.of(unread)));
    assertEquals("gone.yaml: does not exist", loaded.problems().getFirst().toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a: &a [*a] | is nested more than 64 levels deep",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[ | is not YAML",
        "a: {b | is not YAML",
        "- 1 | is not a resource",
        "kind: x | apiVersion: is required",
        "? [a] : b | a key must be text",
        "yes: b | a key must be text",
      })
  void brokenTextIsAProblemAndNothingElse(String text, String message) {
    var problems = load(file("x.yaml", text)).problems();
    assertTrue(problems.toString().contains(message), problems.toString());
  }

  @Test
  void aliasesThatMultiplyAreRefusedQuickly() {
    var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 10; i++) {
      bomb.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ", ").repeat(10)));
    }
    var problems = load(file("bomb.yaml", bomb.toString())).problems();
    assertTrue(problems.toString().contains("once its aliases are expanded"), problems.toString());
  }

  @Test
  void noTextMakesTheLoaderFail() {
    var random = new Random(42);
    String alphabet = "{}[]:,&*!|>-'\"#%@` \t\n~?0a";
    for (int i = 0; i < 2000; i++) {
      var text = new StringBuilder(GATEWAY + SERVICE);
      for (int edits = random.nextInt(1, 6); edits > 0; edits--) {
        int at = random.nextInt(text.length());
        int end = Math.min(text.length(), at + random.nextInt(8));
        text.replace(at, end, String.valueOf(alphabet.charAt(random.nextInt(alphabet.length()))));
      }
      assertNotNull(load(file("a.yaml", text.toString())));
    }
  }

  private LoadedManifests load(FileSnapshot.File... files) {
    return loader.load(new FileSnapshot(List.of(files), List.of()));
  }

  private static FileSnapshot.File file(String name, String text) {
    return new FileSnapshot.File(Path.of(name), text);
  }
}

package dev.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.penstock.testing.TestCertificates;
import dev.penstock.testing.TestCertificates.Issued;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {

  @TempDir Path folder;

  @BeforeEach
  void goodManifests() throws IOException {
    Files.writeString(folder.resolve("a.yaml"), Manifests.GATEWAY + Manifests.STT);
    Files.writeString(folder.resolve("b.yaml"), Manifests.OPEN);
  }

  @Test
  void goodManifestsAreSummedUp() {
    var run = check();
    assertEquals(ExitCode.OK, run.exitCode());
    assertEquals("No problem in 2 files: 1 gateway, 2 services.\n", run.out());
  }

  @Test
  void everyProblemIsALineWithFileAndLineThatEndsTheExitCodeWithOne() throws IOException {
    Files.writeString(folder.resolve("b.yaml"), Manifests.OPEN.replace("\"0\"", "10M"));
    Files.writeString(
        folder.resolve("c.yaml"),
        Manifests.OPEN.replace("name: chromadb", "name: two").replace("/api", "api"));
    var run = check();
    assertEquals(ExitCode.PROBLEMS, run.exitCode());
    var lines = run.out().lines().toList();
    assertTrue(
        lines.get(0).startsWith(folder + "/b.yaml:8: AIService ai/chromadb: spec.maxBodySize: "));
    assertTrue(
        run.out().contains(folder + "/c.yaml:6: AIService ai/two: spec.rewrite: "), run.out());
    assertTrue(lines.getLast().endsWith(" problems in 2 files."), run.out());
  }

  @Test
  void aCertificateThatRunServesIsNoProblem() throws IOException {
    Issued good = TestCertificates.named("ai.example.com").issue();
    certificates(good.chainPem(), good.keyPem());
    var run = check();
    assertEquals("No problem in 2 files: 1 gateway, 2 services.\n", run.out());
    assertEquals(ExitCode.OK, run.exitCode());
  }

  @Test
  void eachCertificateThatRunRefusesIsTold() throws IOException {
    Issued good = TestCertificates.named("ai.example.com").issue();
    Issued other = TestCertificates.named("ai.example.com").issue();
    Instant now = Instant.now();
    Issued expired =
        TestCertificates.named("ai.example.com")
            .valid(now.minus(Duration.ofDays(2)), now.minus(Duration.ofDays(1)))
            .issue();
    String key = "-----%s ENCRYPTED PRIVATE KEY-----\n";
    certificates(
        good.chainPem(),
        other.keyPem(),
        good.chainPem(),
        good.keyPem(),
        "garbage",
        good.keyPem(),
        good.keyPem(),
        good.chainPem(),
        good.chainPem(),
        key.formatted("BEGIN") + "AAAA\n" + key.formatted("END"),
        expired.chainPem(),
        expired.keyPem());
    var run = check();
    assertEquals(ExitCode.PROBLEMS, run.exitCode());
    String place = folder + "/a.yaml:%d: AIGateway ai/default: spec.tls.certificateRefs[%d]: ";
    List<String> told = run.out().lines().toList();
    assertEquals(6, told.size(), run.out());
    int line = 7; // of the first item
    List<String> wrong =
        List.of(
            "0 Secret ai/tls-0: the private key does not belong to the certificate",
            "2 Secret ai/tls-2: holds no certificate in PEM",
            "3 Secret ai/tls-3: holds no certificate in PEM",
            "4 Secret ai/tls-4: the private key is encrypted; store it",
            "5 Secret ai/tls-5: expired at ");
    for (int i = 0; i < wrong.size(); i++) {
      int index = wrong.get(i).charAt(0) - '0';
      String start = place.formatted(line + index, index) + wrong.get(i).substring(2);
      assertTrue(told.get(i).startsWith(start), told.get(i) + "\n" + start);
    }
    assertEquals("5 problems in 1 file.", told.getLast());
    assertFalse(run.out().contains(good.keyPem().lines().toList().get(1)), "no key is shown");
  }

  /** Gives the gateway Secrets: chain and key of each, one after the other. */
  private void certificates(String... pems) throws IOException {
    var refs = new StringBuilder("spec:\n  tls:\n    certificateRefs:\n");
    var secrets = new StringBuilder();
    for (int i = 0; i < pems.length / 2; i++) {
      refs.append("      - {name: tls-%d}\n".formatted(i));
      secrets.append(
          """
          apiVersion: v1
          kind: Secret
          metadata: {name: tls-%d, namespace: ai}
          type: kubernetes.io/tls
          data: {tls.crt: %s, tls.key: %s}
          ---
          """
              .formatted(i, base64(pems[2 * i]), base64(pems[2 * i + 1])));
    }
    Files.writeString(
        folder.resolve("a.yaml"),
        Manifests.GATEWAY.replace("spec:\n", refs.toString()) + Manifests.STT + secrets);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void aUrlIsExplained() {
    var run = check("--url", "https://ai.example.com/stt/v1/audio?language=en");
    assertEquals(ExitCode.OK, run.exitCode());
    assertEquals(
        """
        No problem in 2 files: 1 gateway, 2 services.

        https://ai.example.com/stt/v1/audio?language=en is answered by AIService ai/whisper-stt of AIGateway ai/default.
          upstream  http://127.0.0.1:9011/v1/audio?language=en
          rate      6r/m, burst 3, then 429
          body      10Mi
          timeouts  connect 5s, first byte 1m, idle 1m, request none
          auth      external, asks http://127.0.0.1:8080/internal/auth
        """,
        run.out());
  }

  @Test
  void theRewriteStandsInPlaceOfThePrefix() {
    assertTrue(check("--url", "https://x/vectors").out().contains("http://127.0.0.1:8000/api\n"));
    assertTrue(
        check("--url", "https://x/vectors/v2").out().contains("http://127.0.0.1:8000/api/v2\n"));
    assertTrue(check("--url", "x/stt").out().contains("http://127.0.0.1:9011/\n"));
  }

  @Test
  void aUrlThatNobodyAnswersSaysWhy() {
    var run = check("--url", "https://ai.example.com/sttx");
    assertEquals(ExitCode.PROBLEMS, run.exitCode());
    assertTrue(
        run.out()
            .contains(
                "No service answers https://ai.example.com/sttx: no path is a prefix of /sttx for"
                    + " the host ai.example.com; there is /stt, /vectors."),
        run.out());
  }

  @Test
  void aHostThatNoGatewayHasIsTold() throws IOException {
    Files.writeString(
        folder.resolve("a.yaml"),
        Manifests.GATEWAY.replace("spec:\n", "spec:\n  hostnames: ['*.example.com']\n")
            + Manifests.STT);
    assertEquals(ExitCode.OK, check("--url", "https://ai.example.com/stt").exitCode());
    var run = check("--url", "https://example.org/stt");
    assertEquals(ExitCode.PROBLEMS, run.exitCode());
    assertTrue(run.out().contains("no gateway answers for the host example.org"), run.out());
  }

  @Test
  void programsReadTheSameAsJson() throws IOException {
    Files.writeString(folder.resolve("b.yaml"), Manifests.OPEN.replace("path:", "paht:"));
    var run = check("-o", "json", "--url", "https://x/stt");
    assertEquals(ExitCode.PROBLEMS, run.exitCode());
    JsonNode json = JsonMapper.builder().build().readTree(run.out());
    assertFalse(json.path("ok").asBoolean());
    JsonNode problem = json.path("problems").path(0);
    assertEquals(folder + "/b.yaml", problem.path("file").asText());
    assertEquals("AIService", problem.path("kind").asText());
    assertEquals("ai/chromadb", problem.path("resource").asText());
    assertTrue(problem.path("line").asInt() > 0);
    assertTrue(run.out().contains("did you mean path?"), run.out());
    JsonNode url = json.path("url");
    assertEquals("ai/whisper-stt", url.path("service").asText());
    assertEquals("http://127.0.0.1:9011/", url.path("upstream").asText());
    assertEquals("Enforce", url.path("rateLimit").path("mode").asText());
    assertEquals(10 << 20, url.path("maxBodyBytes").asLong());
  }

  @Test
  void aWrongCommandLineIsTwoAndNamesTheMend() {
    var noFile = CommandRun.of("check");
    assertEquals(ExitCode.USAGE, noFile.exitCode());
    assertTrue(noFile.err().contains("--filename=FILE_OR_DIR"), noFile.err());
    assertEquals(ExitCode.USAGE, check("--url", "ht tp://x").exitCode());
    var mistyped = check("--ulr", "x");
    assertEquals(ExitCode.USAGE, mistyped.exitCode());
    assertTrue(mistyped.err().contains("--url"), mistyped.err());
    assertTrue(mistyped.err().contains("See: penstock check --help"), mistyped.err());
  }

  @Test
  void theCrdsAreManifestsOfBothKinds() {
    var run = CommandRun.of("crds");
    assertEquals(ExitCode.OK, run.exitCode());
    assertTrue(run.out().contains("aigateways.penstock.dev"));
    assertTrue(run.out().contains("aiservices.penstock.dev"));
    assertEquals(2, run.out().lines().filter(line -> line.equals("---")).count());
  }

  @Test
  void bashAndZshCompleteCommandsAndOptions() {
    for (String shell : new String[] {"bash", "zsh"}) {
      var run = CommandRun.of("completion", shell);
      assertEquals(ExitCode.OK, run.exitCode());
      assertTrue(run.out().contains("--https-port"), shell);
    }
    assertEquals(ExitCode.USAGE, CommandRun.of("completion", "fish").exitCode());
  }

  private CommandRun check(String... more) {
    String[] arguments = new String[more.length + 3];
    arguments[0] = "check";
    arguments[1] = "-f";
    arguments[2] = folder.toString();
    System.arraycopy(more, 0, arguments, 3, more.length);
    return CommandRun.of(arguments);
  }
}

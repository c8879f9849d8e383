package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.testing.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A start without Redis pays nothing for it. */
class WithoutRedisTest {

  private static final String MANIFESTS =
      """
      apiVersion: penstock.dev/v1alpha1
      kind: AIGateway
      metadata: {name: default, namespace: ai}
      spec: {tls: {mode: Disabled}}
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: stt, namespace: ai}
      spec:
        path: /stt
        backend: {url: "http://127.0.0.1:9"}
        rateLimit: {rate: 4r/m, burst: 2}
      """;

  @TempDir private Path directory;

  @Test
  void noClassOfTheRedisClientIsLoaded() throws Exception {
    Path manifests = Files.writeString(directory.resolve("gateway.yaml"), MANIFESTS);
    Path classes = directory.resolve("classes.txt");
    Path output = directory.resolve("output.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:file=" + classes,
                "-cp",
                System.getProperty("java.class.path"),
                "dev.penstock.Main",
                "run",
                "-f",
                manifests.toString(),
                "--http-port=0",
                "--admin-port=0")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      RedisServer.await("it serves", () -> read(output).contains("serves 1 service"));
    } finally {
      process.destroyForcibly().waitFor();
    }
    List<String> loaded = read(classes).lines().toList();
    assertTrue(loaded.stream().anyMatch(line -> line.contains(" dev.penstock.proxy.Limiting ")));
    assertEquals(
        List.of(),
        loaded.stream()
            .filter(line -> line.contains(" io.lettuce.") || line.contains(" reactor."))
            .toList());
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}

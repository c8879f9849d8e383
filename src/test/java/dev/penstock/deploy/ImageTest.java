package dev.penstock.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.proxy.io.SocketIo;
import dev.penstock.testing.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the file system of the image as a container runtime would: another user, nothing to write
 * to. Needs {@code make image-archive}, and root, as CI has it.
 */
class ImageTest {

  private static final Path ENTER = Path.of("scripts/image/enter.sh");
  private static final Path ROOT = Path.of("target/image/root");
  private static final Pattern ADMIN = Pattern.compile("http://localhost:(\\d+) /healthz");
  private static final long LONGEST_SECONDS = 60;

  private static final String MANIFESTS =
      """
      apiVersion: penstock.dev/v1alpha1
      kind: AIGateway
      metadata: {name: default, namespace: ai}
      spec: {hostnames: [ai.example.com]}
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: stt, namespace: ai}
      spec: {path: /stt, backend: {url: "http://127.0.0.1:9"}}
      """;

  @TempDir Path folder;

  @BeforeEach
  void manifests() throws IOException {
    assumeTrue(
        System.getProperty("user.name").equals("root") || System.getenv("CI") != null,
        "only root can enter the image");
    assertTrue(Files.isDirectory(ROOT), "run `make image-archive` first");
    Files.createDirectory(folder.resolve("manifests"));
    Files.writeString(folder.resolve("manifests/all.yaml"), MANIFESTS);
  }

  @Test
  void itKnowsItsVersion() throws Exception {
    assertTrue(output("--version").matches("penstock \\d+\\.\\d+\\.\\d+\\S*\n"));
  }

  @Test
  void itChecksManifests() throws Exception {
    assertEquals(
        "No problem in 1 file: 1 gateway, 1 service.\n", output("check", "-f", "/manifests"));
  }

  @Test
  void itServesAsAnotherUserWithNothingToWriteTo() throws Exception {
    Path told = folder.resolve("told.txt");
    Process gateway =
        start(
            told,
            "run",
            "-f",
            "/manifests",
            "--https-port",
            "0",
            "--http-port",
            "-1",
            "--admin-port",
            "0");
    try {
      Await.passing(() -> assertServes(told));
      assertEquals(200, status(told, "/readyz"));
      String maps = Files.readString(Path.of("/proc", Long.toString(gateway.pid()), "maps"));
      assertTrue(maps.contains("/opt/penstock/penstock.aot"), "the AOT cache is not used");
      assertTrue(maps.contains("/opt/penstock/native/libnetty_tcnative"), "BoringSSL is not used");
      assertTrue(maps.contains("/opt/penstock/native/libnetty_transport_native_epoll"), maps);
      assertEquals(
          SocketIo.ofThisSystem() == SocketIo.IO_URING,
          maps.contains("/opt/penstock/native/libnetty_transport_native_io_uring"),
          maps);
      String state = Files.readString(Path.of("/proc", Long.toString(gateway.pid()), "status"));
      assertTrue(Pattern.compile("(?m)^Uid:\t65532\t65532\t65532").matcher(state).find(), state);
    } finally {
      gateway.destroy();
      assertTrue(gateway.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS), "it does not end");
    }
  }

  private static boolean assertServes(Path told) throws IOException {
    String text = Files.readString(told);
    assertTrue(text.contains("\n  curl "), text);
    return true;
  }

  private static int status(Path told, String path) throws Exception {
    var admin = ADMIN.matcher(Files.readString(told));
    assertTrue(admin.find(), Files.readString(told));
    try (var client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + admin.group(1) + path);
      return client
          .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
          .statusCode();
    }
  }

  private String output(String... arguments) throws Exception {
    Path told = folder.resolve("told.txt");
    Process process = start(told, arguments);
    assertTrue(process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS), "it does not end");
    String text = Files.readString(told);
    assertEquals(0, process.exitValue(), text);
    return text;
  }

  /** The script becomes the gateway itself, so that its process is the gateway's. */
  private Process start(Path told, String... arguments) throws IOException {
    var command = new ArrayList<String>(List.of(ENTER.toString(), folder + "/manifests"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(told.toFile())
        .start();
  }
}

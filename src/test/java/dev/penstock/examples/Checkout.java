package dev.penstock.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a newcomer has after {@code make build}, in a folder of its own: the examples may be edited,
 * the home is empty, and every port is a free one in place of that which the pages name.
 */
final class Checkout implements AutoCloseable {

  private static final Map<String, String> STAND_INS =
      Map.of(
          "8080", "auth",
          "9010", "kokoro-tts",
          "9011", "whisper-stt",
          "9012", "audio-conv",
          "11434", "ollama-llm",
          "8000", "chromadb");

  private static final List<String> GATEWAYS = List.of("8443", "8081", "9901", "9443");
  private static final int START_SECONDS = 120;

  private final Path root;
  private final Map<String, String> ports;

  private Checkout(Path root, Map<String, String> ports) {
    this.root = root;
    this.ports = ports;
  }

  static Checkout in(Path root) throws IOException {
    Path built = Path.of("target/dist/bin/penstock").toAbsolutePath();
    assertTrue(Files.isExecutable(built), built + " is not there; run: make build");
    var checkout = new Checkout(root, freePorts());
    Files.createDirectories(root.resolve("bin"));
    Files.createDirectories(root.resolve("target"));
    Files.createDirectories(root.resolve("home"));
    Files.createSymbolicLink(root.resolve("bin/penstock"), built);
    Files.createSymbolicLink(root.resolve("src"), Path.of("src").toAbsolutePath());
    checkout.copy(Path.of("examples"));
    // A terminal shows no progress beside the answer; a file would get it.
    Files.writeString(root.resolve("home/.curlrc"), "silent\nshow-error\n");
    return checkout;
  }

  private void copy(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = root.resolve(file);
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
        if (file.toString().endsWith(".yaml")) {
          Files.writeString(copy, withPorts(Files.readString(file)));
        }
      }
    }
  }

  /** The text with the ports that are used here. */
  String withPorts(String text) {
    return Pattern.compile("\\b(" + String.join("|", ports.keySet()) + ")\\b")
        .matcher(text)
        .replaceAll(port -> ports.getOrDefault(port.group(), port.group()));
  }

  /** Starts the shell with a script; its output goes to the file. */
  Process start(String script, Path output) throws IOException {
    var builder = new ProcessBuilder("bash", "-c", script);
    builder.directory(root.toFile());
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    builder.redirectInput(Path.of("/dev/null").toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("XDG_") || name.startsWith("CURL_"));
    environment.keySet().removeIf(name -> name.toLowerCase(Locale.ROOT).endsWith("_proxy"));
    environment.put("HOME", root.resolve("home").toString());
    environment.put("PENSTOCK_JAVA_OPTS", "-Duser.home=" + root.resolve("home"));
    environment.put("STAND_INS", standInPorts());
    return builder.start();
  }

  /** Starts what {@code make run} starts, and waits until it serves. */
  Process serve(Path output) throws IOException, InterruptedException {
    Process process =
        start(
            withPorts("exec examples/run.sh --https-port 8443 --http-port 8081 --admin-port 9901"),
            output);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (!Files.readString(output).contains("  curl ")) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        process.destroy();
        throw new AssertionError("examples/run.sh does not serve:\n" + Files.readString(output));
      }
      Thread.sleep(50);
    }
    return process;
  }

  /** Takes the links away, so that whoever deletes the folder stays within it. */
  @Override
  public void close() throws IOException {
    Files.delete(root.resolve("bin/penstock"));
    Files.delete(root.resolve("src"));
  }

  private String standInPorts() {
    return STAND_INS.entrySet().stream()
        .map(each -> "--port " + each.getValue() + "=" + ports.get(each.getKey()))
        .collect(Collectors.joining(" "));
  }

  /** All are held until the last is found, so that they differ. */
  private static Map<String, String> freePorts() {
    var ports = new LinkedHashMap<String, String>();
    var held = new ArrayList<ServerSocket>();
    try {
      for (String port : Stream.concat(STAND_INS.keySet().stream(), GATEWAYS.stream()).toList()) {
        var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        held.add(socket);
        ports.put(port, Integer.toString(socket.getLocalPort()));
      }
      for (ServerSocket socket : held) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ports;
  }
}

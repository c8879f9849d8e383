package dev.penstock.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** A real nginx on a free port of the loopback, as long as it is open. */
public final class NginxServer implements AutoCloseable {

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Process process;
  private final int port;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private NginxServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts one.
   *
   * @param config a resource of the tests in which {@code @PORT@} stands for the port; it answers
   *     204 at {@code /free/}
   * @param directory where nginx may write
   */
  public static NginxServer start(String config, Path directory) throws IOException {
    return start(config, directory, Map.of());
  }

  /**
   * Starts one that knows others.
   *
   * @param ports of others, by the name that stands for them in the config, as {@code @NAME@}
   */
  public static NginxServer start(String config, Path directory, Map<String, Integer> ports)
      throws IOException {
    Path nginx = binary();
    int port = freePort();
    try (var in = NginxServer.class.getResourceAsStream(config)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      text = text.replace("@PORT@", "" + port);
      for (var other : ports.entrySet()) {
        text = text.replace("@" + other.getKey() + "@", "" + other.getValue());
      }
      Files.writeString(directory.resolve("nginx.conf"), text);
    }
    Path output = directory.resolve("output.txt");
    Process process =
        new ProcessBuilder(nginx.toString(), "-p", directory.toString(), "-c", "nginx.conf")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    var server = new NginxServer(process, port);
    try {
      server.awaitFirstAnswer(output);
    } catch (IOException | RuntimeException | Error e) {
      server.close();
      throw e;
    }
    return server;
  }

  private static Path binary() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    Optional<Path> found =
        Stream.concat(Stream.of(path.split(":")), Stream.of("/usr/sbin", "/usr/local/sbin"))
            .map(folder -> Path.of(folder, "nginx"))
            .filter(Files::isExecutable)
            .findFirst();
    String missing = "nginx is missing: apt-get install nginx-light";
    if (System.getenv("CI") != null) {
      Assertions.assertTrue(found.isPresent(), missing);
    }
    Assumptions.assumeTrue(found.isPresent(), missing);
    return found.orElseThrow();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitFirstAnswer(Path output) throws IOException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      try {
        Assertions.assertEquals(204, get("/free/"));
        return;
      } catch (IOException e) {
        if (!process.isAlive() || System.nanoTime() - deadline > 0) {
          throw new IOException("nginx does not answer: " + Files.readString(output), e);
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
      }
    }
  }

  public int port() {
    return port;
  }

  /** The status of a request. */
  public int get(String path) throws IOException {
    try {
      return client.send(request(path), BodyHandlers.discarding()).statusCode();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** The status of a request, later. */
  public CompletableFuture<Integer> getAsync(String path) {
    return client
        .sendAsync(request(path), BodyHandlers.discarding())
        .thenApply(response -> response.statusCode());
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
  }

  @Override
  public void close() {
    client.close();
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}

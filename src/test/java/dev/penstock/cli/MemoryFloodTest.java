package dev.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.Main;
import dev.penstock.testing.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A gateway in a process of little memory, and far more answers that nobody takes than it holds.
 */
class MemoryFloodTest {

  private static final int CLIENTS = 3000;

  private static final byte[] BLOCK =
      ("10000\r\n" + "x".repeat(65_536) + "\r\n").getBytes(StandardCharsets.US_ASCII);

  private static final Pattern HTTP = Pattern.compile("http +http://[^:]+:(\\d+)");

  private static final String GET = "GET /s HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

  @TempDir private Path folder;

  /** Answers with more than anybody holds, or shortly where the path says so. */
  private static ServerSocket backend() throws IOException {
    var server = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
    Thread.ofVirtual()
        .start(
            () -> {
              while (!server.isClosed()) {
                try {
                  Socket socket = server.accept();
                  Thread.ofVirtual().start(() -> answer(socket));
                } catch (IOException e) {
                  return;
                }
              }
            });
    return server;
  }

  private static void answer(Socket socket) {
    try (socket) {
      var head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int b = socket.getInputStream().read();
        if (b < 0) {
          return;
        }
        head.append((char) b);
      }
      // Without a length: what has one stays in the kernel.
      String start = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
      socket.getOutputStream().write(start.getBytes(StandardCharsets.US_ASCII));
      for (int i = 0; i < 128 && head.toString().startsWith("GET /flood"); i++) {
        socket.getOutputStream().write(BLOCK);
      }
      socket.getOutputStream().write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      socket.shutdownOutput();
      var _ = socket.getInputStream().read();
    } catch (IOException e) {
      // The gateway has broken it off.
    }
  }

  private Process gateway(int backend) throws IOException {
    Path manifests =
        Files.writeString(
            folder.resolve("gateway.yaml"),
            """
            apiVersion: penstock.dev/v1alpha1
            kind: AIGateway
            metadata: {name: default, namespace: ai}
            spec: {tls: {mode: Disabled}, limits: {maxConnectionsPerClient: 5000}}
            ---
            apiVersion: penstock.dev/v1alpha1
            kind: AIService
            metadata: {name: s, namespace: ai}
            spec: {path: /s, backend: {url: "http://127.0.0.1:%d"}}
            """
                .formatted(backend));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-Xmx96m",
            "-XX:MaxDirectMemorySize=64m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Main.class.getName(),
            "run",
            "-f",
            manifests.toString(),
            "--bind",
            "127.0.0.1",
            "--http-port",
            "0",
            "--admin-port",
            "-1",
            "--no-warm-up",
            "--no-access-log")
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile())
        .start();
  }

  private String log() {
    try {
      return Files.readString(folder.resolve("log"));
    } catch (IOException e) {
      return "";
    }
  }

  private int port() {
    Await.within(Duration.ofMinutes(2), "it listens", () -> HTTP.matcher(log()).find());
    Matcher found = HTTP.matcher(log());
    return found.find() ? Integer.parseInt(found.group(1)) : -1;
  }

  /** A client that takes next to nothing of what it asks for. */
  private static Socket flood(int port) throws IOException {
    var socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket
        .getOutputStream()
        .write("GET /s/flood HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  /** The status of a request, or 0 when there is none for now. */
  private static int ask(int port) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(2_000);
      socket.getOutputStream().write(GET.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertTrue(answer.contains(" 200 ") || answer.contains("\r\nRetry-After: "), answer);
      return Integer.parseInt(answer.substring(9, 12));
    } catch (IOException e) {
      return 0; // not accepted while it is worst
    }
  }

  /** Some more that take nothing, up to a number; then how a request fares. */
  private static int floods(int port, List<Socket> flood) {
    try {
      for (int i = 0; i < 100 && flood.size() < CLIENTS; i++) {
        flood.add(flood(port));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return ask(port);
  }

  @Test
  void answers_503_and_never_runs_out_of_memory_and_recovers() throws Exception {
    List<Socket> flood = new ArrayList<>();
    try (ServerSocket backend = backend()) {
      Process gateway = gateway(backend.getLocalPort());
      try {
        int port = port();
        assertEquals(200, ask(port), this::log);
        Await.within(Duration.ofMinutes(2), "it sheds", () -> floods(port, flood) == 503);
        for (Socket socket : flood) {
          socket.close();
        }
        Await.within(Duration.ofMinutes(1), "it recovers", () -> ask(port) == 200);
        assertTrue(gateway.isAlive());
        assertFalse(log().contains("OutOfMemoryError"), this::log);
        assertTrue(log().contains("direct memory is "), this::log);
        assertTrue(log().contains("memory is free again"), this::log);
      } finally {
        gateway.destroyForcibly().waitFor();
      }
    }
  }
}

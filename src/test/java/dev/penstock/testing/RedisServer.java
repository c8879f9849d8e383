package dev.penstock.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * A real redis-server on a free port of the loopback, without persistence, as long as it is open.
 */
public final class RedisServer implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  // Below the ports that the system gives away, and room for a cluster's bus 10,000 above.
  private static final int FIRST_PORT = 12_000;
  private static final int LAST_PORT = 22_000;

  private final Path directory;
  private final int port;
  private final List<String> arguments;
  private final String[] login;
  private Process process;

  private RedisServer(Path directory, int port, List<String> arguments, String[] login) {
    this.directory = directory;
    this.port = port;
    this.arguments = arguments;
    this.login = login;
  }

  /** One with these settings beside, such as {@code --maxclients 10}. */
  public static RedisServer start(String... settings) {
    return start(new String[0], settings);
  }

  /**
   * One that asks for a password.
   *
   * @param login the arguments of AUTH, for this test's own questions
   */
  public static RedisServer start(String[] login, String... settings) {
    var arguments = new ArrayList<String>();
    arguments.add(binary().toString());
    int port = freePort();
    arguments.addAll(List.of("--port", "" + port, "--save", "", "--appendonly", "no"));
    arguments.addAll(List.of(settings));
    return started(port, arguments, login);
  }

  /** A sentinel with this configuration. */
  public static RedisServer sentinel(String config) {
    int port = freePort();
    try {
      Path file = Files.createTempDirectory("penstock-sentinel").resolve("sentinel.conf");
      Files.writeString(file, "port " + port + "\nbind 127.0.0.1\n" + config);
      return started(
          port, List.of(binary().toString(), file.toString(), "--sentinel"), new String[0]);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static RedisServer started(int port, List<String> arguments, String[] login) {
    try {
      var server =
          new RedisServer(Files.createTempDirectory("penstock-redis"), port, arguments, login);
      server.restart();
      return server;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Path binary() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    Optional<Path> found =
        Stream.of(path.split(":"))
            .map(folder -> Path.of(folder, "redis-server"))
            .filter(Files::isExecutable)
            .findFirst();
    String missing = "redis-server is missing: apt-get install redis-server";
    if (System.getenv("CI") != null) {
      Assertions.assertTrue(found.isPresent(), missing);
    }
    Assumptions.assumeTrue(found.isPresent(), missing);
    return found.orElseThrow();
  }

  /** One that nobody listens on, nor 10,000 above it. */
  public static int freePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
      try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
          var bus = new ServerSocket(port + 10_000, 1, InetAddress.getLoopbackAddress())) {
        return Math.min(socket.getLocalPort(), bus.getLocalPort());
      } catch (IOException e) {
        // Taken: another.
      }
    }
  }

  public int port() {
    return port;
  }

  /** As a manifest writes it. */
  public String address() {
    return "127.0.0.1:" + port;
  }

  /** Starts it again, empty. */
  public void restart() {
    try {
      var command = new ArrayList<>(arguments);
      if (!command.contains("--sentinel")) {
        command.addAll(List.of("--bind", "127.0.0.1", "--dir", directory.toString()));
      }
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("output.txt").toFile())
              .start();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    await("redis-server answers", () -> answers());
  }

  private boolean answers() {
    try {
      return command("PING").equals("PONG");
    } catch (AssertionError e) {
      Assertions.assertTrue(process.isAlive(), () -> "redis-server has ended: " + output());
      return false;
    }
  }

  private String output() {
    try {
      return Files.readString(directory.resolve("output.txt"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** SIGKILL. */
  public void kill() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** SIGSTOP: it takes connections and questions, and answers none. */
  public void freeze() {
    signal("-STOP");
  }

  /** SIGCONT. */
  public void thaw() {
    signal("-CONT");
  }

  private void signal(String name) {
    try {
      var kill = new ProcessBuilder("kill", name, "" + process.pid()).start();
      Assertions.assertEquals(0, kill.waitFor());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Whether it takes writes. A sentinel that promotes it cuts all its connections, this one too.
   */
  public boolean isMaster() {
    try {
      return command("INFO", "replication").contains("role:master");
    } catch (AssertionError e) {
      return false;
    }
  }

  /** How often it was told to do this since it started, such as {@code evalsha}. */
  public long calls(String command) {
    return command("INFO", "commandstats")
        .lines()
        .filter(line -> line.startsWith("cmdstat_" + command + ":calls="))
        .mapToLong(line -> Long.parseLong(line.replaceFirst(".*:calls=([0-9]+),.*", "$1")))
        .sum();
  }

  /** Its answer as text; the items of a list in lines. */
  public String command(String... words) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(5_000);
      var in = new BufferedInputStream(socket.getInputStream());
      if (login.length > 0) {
        var auth = new ArrayList<>(List.of("AUTH"));
        auth.addAll(List.of(login));
        send(socket, auth);
        reply(in);
      }
      send(socket, List.of(words));
      return reply(in);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void send(Socket socket, List<String> words) throws IOException {
    var request = new StringBuilder("*" + words.size() + "\r\n");
    words.forEach(word -> request.append("$" + word.length() + "\r\n" + word + "\r\n"));
    socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.US_ASCII));
  }

  private static String reply(InputStream in) throws IOException {
    String line = line(in);
    String rest = line.substring(1);
    return switch (line.charAt(0)) {
      case '$' -> {
        int length = Integer.parseInt(rest);
        String text = new String(in.readNBytes(Math.max(0, length)), StandardCharsets.UTF_8);
        if (length >= 0) {
          line(in);
        }
        yield text;
      }
      case '*' -> {
        var items = new ArrayList<String>();
        for (int i = Integer.parseInt(rest); i > 0; i--) {
          items.add(reply(in));
        }
        yield String.join("\n", items);
      }
      default -> rest;
    };
  }

  private static String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new IOException("the server hung up");
      }
      line.write(b);
    }
    return line.toString(StandardCharsets.UTF_8).stripTrailing();
  }

  /** Looks until it is so, for at most ten seconds. */
  public static void await(String what, BooleanSupplier so) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!so.getAsBoolean()) {
      Assertions.assertTrue(System.nanoTime() < deadline, () -> "in vain: " + what);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  @Override
  public void close() {
    kill();
  }
}

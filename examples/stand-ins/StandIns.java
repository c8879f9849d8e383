import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * Stand-ins for the five AI services of the original stack and for its auth service, in one
 * process. They speak the wire protocols, compute nothing, and take only ports that nothing listens
 * on yet, so that a real Ollama or Chroma keeps its place.
 *
 * <pre>java StandIns.java [--port NAME=PORT]... [--bind ADDRESS] [--parent PID]
 *     [--ready-file FILE] [--verbose]</pre>
 */
public final class StandIns {
  private static final String HELP =
      """
      Stand-ins for the backends of examples/original-stack, on 127.0.0.1.
      usage: java examples/stand-ins/StandIns.java [options]
        --port NAME=PORT   another port for one of them; 0 picks a free one; -1 leaves it out
        --bind ADDRESS     instead of 127.0.0.1; 0.0.0.0 for all, as in a container
        --parent PID       end when that process ends
        --ready-file FILE  write the ports there, one NAME=PORT a line, once all are served
        --verbose          log every request, not only those that clients give up
        --help             this text
      environment:
        STAND_IN_API_KEYS  comma-separated keys that the auth service accepts (demo-key)
        STAND_IN_TOKEN_MS  milliseconds a token of ollama-llm takes (50)\
      """;

  private StandIns() {}

  /** Starts what is wanted, then waits for a signal or for the end of the parent. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Options options;
    try {
      options = Options.parse(args);
    } catch (IllegalArgumentException e) {
      System.err.println("stand-ins: " + e.getMessage() + " (try --help)");
      System.exit(2);
      return;
    }
    if (options.help()) {
      System.out.println(HELP);
      return;
    }
    var stop = new CountDownLatch(1);
    endQuietlyOnSignal();
    var served = start(options);
    if (options.readyFile() != null) {
      writeReadyFile(options.readyFile(), served);
    }
    if (served.isEmpty()) {
      return;
    }
    if (options.parent() != null) {
      Thread.ofVirtual().start(() -> stopWithParent(options.parent(), stop));
    }
    stop.await();
  }

  private static List<StandIn> all() {
    var env = System.getenv();
    var keys = List.of(env.getOrDefault("STAND_IN_API_KEYS", "demo-key").split("\\s*,\\s*"));
    var token = Duration.ofMillis(Long.parseLong(env.getOrDefault("STAND_IN_TOKEN_MS", "50")));
    return List.of(
        new AuthStandIn(keys),
        new KokoroTts(),
        new WhisperStt(),
        new AudioConv(),
        new OllamaLlm(token),
        new ChromaDb());
  }

  private static List<String> start(Options options) throws IOException {
    var served = new ArrayList<String>();
    for (var standIn : all()) {
      int port = options.ports().getOrDefault(standIn.name(), standIn.port());
      if (port < 0) {
        continue;
      }
      var listener = port > 0 && somethingListens(port) ? null : listen(options, port);
      if (listener == null) {
        System.out.printf(
            "stand-in %-12s %s:%-5d not started: something already listens there%n",
            standIn.name(), options.bind(), port);
        continue;
      }
      var stats = new Stats();
      Thread.ofVirtual().start(() -> accept(listener, standIn, stats, options.verbose()));
      served.add(standIn.name() + "=" + listener.getLocalPort());
      System.out.printf(
          "stand-in %-12s %s:%-5d started: %s%n",
          standIn.name(), options.bind(), listener.getLocalPort(), standIn.about());
    }
    return served;
  }

  /** Asks by connecting: some systems let a specific address be bound over a wildcard listener. */
  private static boolean somethingListens(int port) {
    try (var probe = new Socket()) {
      probe.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static ServerSocket listen(Options options, int port) {
    try {
      return new ServerSocket(port, 1024, InetAddress.getByName(options.bind()));
    } catch (IOException e) {
      return null;
    }
  }

  private static void accept(ServerSocket listener, StandIn standIn, Stats stats, boolean verbose) {
    while (!listener.isClosed()) {
      try {
        var socket = listener.accept();
        Thread.ofVirtual().start(new Connection(socket, standIn, stats, verbose));
      } catch (IOException e) {
        System.err.println("stand-in " + standIn.name() + ": " + e.getMessage());
      }
    }
  }

  /** The file appears whole: a reader that polls for it never sees half of it. */
  private static void writeReadyFile(Path file, List<String> served) throws IOException {
    var draft = file.resolveSibling(file.getFileName() + ".part");
    Files.write(draft, served);
    Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void endQuietlyOnSignal() {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(0)));
  }

  private static void stopWithParent(ProcessHandle parent, CountDownLatch stop) {
    try {
      while (parent.isAlive()) {
        Thread.sleep(200);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    stop.countDown();
  }

  private record Options(
      Map<String, Integer> ports,
      String bind,
      ProcessHandle parent,
      Path readyFile,
      boolean verbose,
      boolean help) {

    static Options parse(String[] args) {
      var ports = new HashMap<String, Integer>();
      String bind = "127.0.0.1";
      ProcessHandle parent = null;
      Path readyFile = null;
      boolean verbose = false;
      for (int i = 0; i < args.length; i++) {
        switch (args[i]) {
          case "--help", "-h" -> {
            return new Options(Map.of(), bind, null, null, false, true);
          }
          case "--verbose" -> verbose = true;
          case "--port" -> putPort(ports, value(args, ++i));
          case "--ready-file" -> readyFile = Path.of(value(args, ++i)).toAbsolutePath();
          case "--bind" -> bind = value(args, ++i);
          case "--parent" -> parent = process(value(args, ++i));
          default -> throw new IllegalArgumentException("unknown option " + args[i]);
        }
      }
      return new Options(Map.copyOf(ports), bind, parent, readyFile, verbose, false);
    }

    private static String value(String[] args, int i) {
      if (i >= args.length) {
        throw new IllegalArgumentException(args[i - 1] + " wants a value");
      }
      return args[i];
    }

    private static void putPort(Map<String, Integer> ports, String assignment) {
      var parts = assignment.split("=", 2);
      var names = all().stream().map(StandIn::name).toList();
      if (parts.length != 2 || !names.contains(parts[0]) || !parts[1].matches("-1|\\d{1,5}")) {
        throw new IllegalArgumentException("--port wants NAME=PORT with a NAME of " + names);
      }
      ports.put(parts[0], Integer.valueOf(parts[1]));
    }

    private static ProcessHandle process(String pid) {
      return ProcessHandle.of(Long.parseLong(pid))
          .orElseThrow(() -> new IllegalArgumentException("no process " + pid + " to end with"));
    }
  }
}

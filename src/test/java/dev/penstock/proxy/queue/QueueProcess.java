package dev.penstock.proxy.queue;

import dev.penstock.model.Limiter.FailurePolicy;
import dev.penstock.model.RedisLimiter;
import dev.penstock.model.Upstream.Endpoint;
import dev.penstock.proxy.queue.redis.Timing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * A proxy in a process of its own, reduced to its queue: clients that ask for a permit, send a
 * request to the backend and ask again, until the standard input ends.
 */
final class QueueProcess {

  /** Room for pauses of a machine that runs many processes. */
  static final Timing TIMING =
      new Timing(Duration.ofMillis(2_000), Duration.ofMillis(250), Duration.ofMillis(600));

  private static final long PAUSE_NANOS = 20_000_000;

  private QueueProcess() {}

  /**
   * Starts one.
   *
   * @param clients how many ask at a time
   */
  static Process start(int redisPort, int backendPort, int clients) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "-cp",
            System.getProperty("java.class.path"),
            QueueProcess.class.getName(),
            "" + redisPort,
            "" + backendPort,
            "" + clients)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  static void main(String[] arguments) throws IOException {
    int backend = Integer.parseInt(arguments[1]);
    var redis =
        new RedisLimiter(
            RedisLimiter.Mode.STANDALONE,
            List.of(new Endpoint("127.0.0.1", Integer.parseInt(arguments[0]))),
            Optional.empty(),
            0,
            Optional.empty(),
            Optional.empty(),
            "penstock:",
            Duration.ofSeconds(1));
    try (var proxy = new SharedQueue(redis, FailurePolicy.CLOSED, TIMING)) {
      PermitQueue queue = proxy.open("gpu", 1, 1_000);
      for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
        String client = ProcessHandle.current().pid() + ":" + i;
        Thread.ofVirtual().start(() -> ask(queue, client, backend));
      }
      while (System.in.read() >= 0) {
        // Until whoever started it closes it, or ends.
      }
    }
    Runtime.getRuntime().halt(0);
  }

  private static void ask(PermitQueue queue, String client, int backend) {
    Socket kept = null;
    while (true) {
      var decision = new CompletableFuture<Optional<PermitQueue.Permit>>();
      queue.enter(client, new Answer(decision));
      Optional<PermitQueue.Permit> permit = decision.join();
      if (permit.isPresent()) {
        kept = request(kept, backend, permit.get());
        permit.get().release();
      } else {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private static Socket request(Socket kept, int backend, PermitQueue.Permit permit) {
    try {
      Socket socket =
          kept == null || kept.isClosed()
              ? new Socket(InetAddress.getLoopbackAddress(), backend)
              : kept;
      socket.setTcpNoDelay(true);
      permit.onLost(() -> close(socket));
      socket.getOutputStream().write('x');
      if (socket.getInputStream().read() < 0) {
        socket.close();
      }
      return socket;
    } catch (IOException e) {
      return null;
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed all the same.
    }
  }

  /** Passes on what was decided, however long it takes. */
  private record Answer(CompletableFuture<Optional<PermitQueue.Permit>> decision)
      implements PermitQueue.Waiter {

    @Override
    public void granted(PermitQueue.Permit permit) {
      decision.complete(Optional.of(permit));
    }

    @Override
    public void refused(PermitQueue.Refusal refusal) {
      decision.complete(Optional.empty());
    }
  }
}

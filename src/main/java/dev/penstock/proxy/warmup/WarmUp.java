package dev.penstock.proxy.warmup;

import dev.penstock.model.Tls;
import dev.penstock.ops.AccessLog;
import dev.penstock.ops.ProxyMetrics;
import dev.penstock.proxy.ConfigRefusedException;
import dev.penstock.proxy.ProxyOptions;
import dev.penstock.proxy.ProxyServer;
import dev.penstock.proxy.ProxyStartException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends requests of every kind through a private proxy to a private backend, on loopback inside
 * this process, until the JVM has compiled that path: a cold request costs five to eight times a
 * warm one. The proxy that serves is not touched, nor its metrics, log and limits; what was made is
 * gone when this returns.
 *
 * <p>A few requests at once, as real ones come: what the JVM has learnt of one at a time it would
 * have to learn anew. One event loop serves them and another asks and answers, so about one
 * processor is busy, two at most.
 */
public final class WarmUp {

  /** The second compiler takes what was called this often; more change little. */
  private static final int ENOUGH_REQUESTS = 10_000;

  /** Streams of a connection, or connections with HTTP/1.1. */
  private static final int AT_ONCE = 8;

  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

  private final Tls tls;
  private final boolean gently;
  private final int enough;

  WarmUp(Tls tls, boolean gently, int enough) {
    this.tls = tls;
    this.gently = gently;
    this.enough = enough;
  }

  /**
   * As fast as it can be, before anything is served.
   *
   * @param tls how clients will be met: its certificates are used, as their kinds of key differ
   */
  public static WarmUp before(Tls tls) {
    return new WarmUp(tls, false, enough(tls));
  }

  /** Beside real requests: rests as long as it works. */
  public static WarmUp beside(Tls tls) {
    return new WarmUp(tls, true, enough(tls));
  }

  /** As fast as it can be, for all of its time: so that the JVM learns what is worth compiling. */
  public static WarmUp training(Tls tls) {
    return new WarmUp(tls, false, Integer.MAX_VALUE);
  }

  /** HTTP/1.1 and HTTP/2 have paths of their own. */
  private static int enough(Tls tls) {
    return tls.mode() == Tls.Mode.TERMINATE ? 2 * ENOUGH_REQUESTS : ENOUGH_REQUESTS;
  }

  /**
   * What was done.
   *
   * @param problem why it ended early; empty when it did not
   */
  public record Result(int requests, Duration took, Optional<String> problem) {}

  /**
   * Blocks until the path is warm or the time is over. Never fails: a proxy that is cold serves
   * too.
   *
   * @param limit how long at most; shutting down may take a moment more
   * @throws InterruptedException when interrupted; everything is cleaned up before
   */
  public Result run(Duration limit) throws InterruptedException {
    long start = System.nanoTime();
    var requests = new Counter();
    Optional<String> problem = Optional.empty();
    try {
      exercise(start + limit.toNanos(), requests);
    } catch (IOException | ProxyStartException | ConfigRefusedException e) {
      problem = Optional.of(String.valueOf(e.getMessage()));
      LOG.info("the warm-up ended early, first requests will be slower: {}", e.getMessage());
    }
    return new Result(requests.count, Duration.ofNanos(System.nanoTime() - start), problem);
  }

  private static final class Counter {
    private int count;
  }

  private void exercise(long deadline, Counter requests)
      throws IOException, ProxyStartException, ConfigRefusedException, InterruptedException {
    try (var metrics = new ProxyMetrics();
        var loop = new Loop();
        var backend = Backend.start(loop)) {
      var options =
          new ProxyOptions(
              InetAddress.getLoopbackAddress(),
              0,
              0,
              OptionalInt.empty(),
              AccessLog.off(),
              metrics,
              System::nanoTime,
              1);
      var config = Routes.to(backend.address(), tls);
      try (var proxy = ProxyServer.start(options, config)) {
        rounds(loop, proxy, deadline, requests);
      }
    }
  }

  private void rounds(Loop loop, ProxyServer proxy, long deadline, Counter requests)
      throws IOException, InterruptedException {
    boolean secure = tls.mode() == Tls.Mode.TERMINATE;
    InetSocketAddress plain = proxy.httpAddress().orElseThrow();
    InetSocketAddress served = secure ? proxy.httpsAddress().orElseThrow() : plain;
    var asking = new Asking(gently, deadline, requests);
    asking.round(Requests.first(), () -> Http1Client.connect(loop, served, secure, 1));
    while (requests.count < enough && !asking.late()) {
      if (secure) {
        asking.round(Requests.redirected(), () -> Http1Client.connect(loop, plain, false, 1));
        asking.round(
            Requests.all(),
            () -> Http1Client.connect(loop, served, true, AT_ONCE),
            () -> Http2Client.connect(loop, served));
      } else {
        asking.round(Requests.all(), () -> Http1Client.connect(loop, plain, false, AT_ONCE));
      }
    }
  }

  /** Makes a client. */
  @FunctionalInterface
  private interface Opening {
    Client open() throws IOException;
  }

  private record Asking(boolean gently, long deadline, Counter requests) {

    boolean late() {
      return deadline - System.nanoTime() <= 0;
    }

    /** Over new connections, so that accepting and handshakes become warm as well. */
    void round(List<Requests.Request> all, Opening... openings)
        throws IOException, InterruptedException {
      List<Client> clients = new ArrayList<>();
      try {
        for (Opening opening : openings) {
          if (!late()) {
            clients.add(opening.open());
          }
        }
        for (int i = 0; i < all.size(); i += AT_ONCE) {
          ask(clients, all.subList(i, Math.min(i + AT_ONCE, all.size())));
        }
      } finally {
        clients.forEach(Client::close);
      }
    }

    private void ask(List<Client> clients, List<Requests.Request> some)
        throws IOException, InterruptedException {
      long start = System.nanoTime();
      for (Client client : clients) {
        if (late()) {
          return;
        }
        client.ask(some);
        requests.count += some.size();
      }
      if (gently) {
        long now = System.nanoTime();
        Thread.sleep(Duration.ofNanos(Math.clamp(now - start, 0, Math.max(0, deadline - now))));
      }
    }
  }
}

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
    var rounds = new Rounds(deadline, requests);
    rounds.ask(Http1Client.connect(loop, served, secure, 1), Requests.first());
    while (requests.count < enough) {
      long start = System.nanoTime();
      if (secure) {
        rounds.ask(Http1Client.connect(loop, plain, false, 1), Requests.redirected());
        rounds.ask(Http2Client.connect(loop, served), Requests.all());
      }
      rounds.ask(Http1Client.connect(loop, served, secure, AT_ONCE), Requests.all());
      long now = System.nanoTime();
      if (deadline - now <= 0) {
        return;
      }
      if (gently) {
        Thread.sleep(Duration.ofNanos(Math.min(now - start, deadline - now)));
      }
    }
  }

  private record Rounds(long deadline, Counter requests) {

    /** Closes its connections after, so that accepting and handshakes become warm as well. */
    void ask(Client asking, List<Requests.Request> all) throws IOException, InterruptedException {
      try (asking) {
        for (int i = 0; i < all.size() && deadline - System.nanoTime() > 0; i += AT_ONCE) {
          List<Requests.Request> some = all.subList(i, Math.min(i + AT_ONCE, all.size()));
          asking.ask(some);
          requests.count += some.size();
        }
      }
    }
  }
}

package dev.penstock.control;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a proxy does, as it tells the operator.
 *
 * @param version of Penstock
 * @param sequence of the configuration that runs; 0: none
 * @param refused the last configuration that was refused, unless a newer one runs
 * @param ready whether it takes requests
 * @param draining whether it was asked to stop
 * @param details lines for a person: what it waits for, or what it serves
 * @param limiter absent before there is a configuration
 * @param certificates that clients meet
 */
public record ProxyReport(
    String version,
    long sequence,
    Optional<Refusal> refused,
    boolean ready,
    boolean draining,
    List<String> details,
    Optional<LimiterState> limiter,
    List<CertificateEnd> certificates,
    ClientsSeen clients) {

  public ProxyReport {
    details = List.copyOf(details);
    certificates = List.copyOf(certificates);
  }

  /**
   * A configuration that cannot run.
   *
   * @param sequence 0 where it could not even be read
   */
  public record Refusal(long sequence, List<String> problems) {

    public Refusal {
      problems = List.copyOf(problems);
    }
  }

  /**
   * Where limits are counted.
   *
   * @param shared whether in a store that all replicas share
   * @param problem why the store is not counted in; absent: it is, or there is none
   * @param replicas how many share each limit, as far as this one knows
   */
  public record LimiterState(boolean shared, Optional<String> problem, int replicas) {

    /** Whether it limits otherwise than was asked for. */
    public boolean degraded() {
      return problem.isPresent();
    }
  }

  /**
   * When a certificate ends.
   *
   * @param name where it came from
   * @param hosts its DNS names
   */
  public record CertificateEnd(String name, List<String> hosts, Instant notAfter) {

    public CertificateEnd {
      hosts = List.copyOf(hosts);
    }
  }

  /**
   * How many clients there were lately. Many requests of very few clients hint that something
   * between hides their addresses.
   *
   * @param requests that came within the window
   * @param distinct about how many addresses they came from; exact to a few percent up to some
   *     thousands, and never above about 34,000
   * @param window how far back it is counted
   */
  public record ClientsSeen(long requests, long distinct, Duration window) {

    public static ClientsSeen none() {
      return new ClientsSeen(0, 0, Duration.ZERO);
    }
  }
}

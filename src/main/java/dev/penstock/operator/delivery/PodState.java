package dev.penstock.operator.delivery;

import dev.penstock.control.ProxyReport;
import dev.penstock.control.ProxyReport.ClientsSeen;
import java.time.Duration;
import java.util.Optional;

/**
 * What is known of one proxy.
 *
 * @param report its last one; absent before the first, and while it does not answer
 * @param silence why there is no report
 */
public record PodState(Push push, Optional<ProxyReport> report, Optional<String> silence) {

  static PodState unknown() {
    return new PodState(new Push.Waiting(), Optional.empty(), Optional.empty());
  }

  PodState with(Push other) {
    return new PodState(other, report, silence);
  }

  PodState reported(ProxyReport latest) {
    return new PodState(push, Optional.of(latest), Optional.empty());
  }

  PodState silent(String reason) {
    return new PodState(push, Optional.empty(), Optional.of(reason));
  }

  /**
   * Whether something differs that is worth telling. Counts of clients change with every request,
   * so only their order of magnitude does.
   */
  boolean differsFrom(PodState other) {
    return !coarse().equals(other.coarse());
  }

  private PodState coarse() {
    return new PodState(push, report.map(PodState::coarse), silence);
  }

  private static ProxyReport coarse(ProxyReport report) {
    ClientsSeen clients = report.clients();
    return new ProxyReport(
        report.version(),
        report.sequence(),
        report.refused(),
        report.ready(),
        report.draining(),
        report.details(),
        report.limiter(),
        report.certificates(),
        new ClientsSeen(digits(clients.requests()), digits(clients.distinct()), Duration.ZERO));
  }

  private static int digits(long count) {
    return Long.toString(count).length();
  }
}

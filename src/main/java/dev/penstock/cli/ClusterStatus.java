package dev.penstock.cli;

import dev.penstock.control.ProxyReport;
import dev.penstock.control.ProxyReport.CertificateEnd;
import dev.penstock.control.ProxyReport.ClientsSeen;
import dev.penstock.control.ProxyReport.LimiterState;
import dev.penstock.proxy.ProxyServer;
import dev.penstock.proxy.admin.Readiness;
import dev.penstock.proxy.client.ClientCount;
import dev.penstock.proxy.control.ConfigDesk;
import dev.penstock.proxy.limit.redis.LimiterStatus;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** What a proxy of a cluster reports of itself. */
record ClusterStatus(
    ConfigDesk desk, Supplier<Optional<ProxyServer>> server, Supplier<Readiness> readiness) {

  private static final String VERSION =
      Objects.requireNonNullElse(
          ClusterStatus.class.getPackage().getImplementationVersion(), "development");

  ProxyReport report(boolean draining) {
    Optional<ProxyServer> running = server.get();
    Readiness ready = readiness.get();
    return new ProxyReport(
        VERSION,
        desk.sequence(),
        desk.refused(),
        ready.ready(),
        draining,
        ready.details(),
        running.map(ClusterStatus::limiter),
        running.map(ClusterStatus::certificates).orElse(List.of()),
        running.map(ClusterStatus::clients).orElseGet(ClientsSeen::none));
  }

  private static LimiterState limiter(ProxyServer running) {
    Optional<LimiterStatus> shared = running.limiterStatus();
    return new LimiterState(
        shared.isPresent(),
        shared.flatMap(LimiterStatus::problem),
        shared
            .map(LimiterStatus::replicas)
            .orElseGet(() -> running.current().limiter().replicas()));
  }

  private static List<CertificateEnd> certificates(ProxyServer running) {
    return running.certificates().stream()
        .map(end -> new CertificateEnd(end.certificate(), end.hosts(), end.at()))
        .toList();
  }

  private static ClientsSeen clients(ProxyServer running) {
    ClientCount.Seen seen = running.clientsSeen();
    return new ClientsSeen(seen.requests(), seen.distinct(), seen.window());
  }
}

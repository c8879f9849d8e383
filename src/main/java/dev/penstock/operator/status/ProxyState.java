package dev.penstock.operator.status;

import dev.penstock.control.ProxyReport;
import dev.penstock.operator.delivery.Push;
import java.util.List;
import java.util.Optional;

/**
 * A proxy's pod that is ready, and what is known of it.
 *
 * @param pod its name
 * @param report what it last told; absent when it was not asked yet, or did not answer
 * @param silence why it did not answer; absent when it did, or was not asked yet
 * @param push how far the newest configuration has come
 */
public record ProxyState(
    String pod, Optional<ProxyReport> report, Optional<String> silence, Push push) {

  /** Whether nothing can be said about it yet. */
  boolean unknown() {
    return report.isEmpty() && silence.isEmpty() && push instanceof Push.Waiting;
  }

  /** The sequence that it runs, as far as it has told; 0: none. */
  public long running() {
    long pushed =
        switch (push) {
          case Push.Acknowledged done -> done.sequence();
          case Push.Outdated newer -> newer.running();
          case Push.Refused refused -> refused.running();
          case Push.Waiting _, Push.Unreachable _ -> 0;
        };
    return Math.max(pushed, report.map(ProxyReport::sequence).orElse(0L));
  }

  /** Why it does not run the configuration with the sequence, when it refused it. */
  Optional<List<String>> refusal(long sequence) {
    if (push instanceof Push.Refused refused && refused.sequence() >= sequence) {
      return Optional.of(refused.problems());
    }
    return report
        .flatMap(ProxyReport::refused)
        .filter(refused -> refused.sequence() >= sequence)
        .map(ProxyReport.Refusal::problems);
  }
}

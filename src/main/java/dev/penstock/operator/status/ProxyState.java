package dev.penstock.operator.status;

import dev.penstock.control.ProxyReport;
import java.util.Optional;

/**
 * A proxy's pod that is ready, and what is known of it.
 *
 * @param pod its name
 * @param report what it last told; absent when it was not asked yet, or did not answer
 * @param silence why it did not answer; absent when it did, or was not asked yet
 */
public record ProxyState(String pod, Optional<ProxyReport> report, Optional<String> silence) {

  /** Whether nothing can be said about it yet. */
  boolean unknown() {
    return report.isEmpty() && silence.isEmpty();
  }
}

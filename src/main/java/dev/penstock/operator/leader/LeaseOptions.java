package dev.penstock.operator.leader;

import dev.penstock.model.ResourceName;
import java.time.Duration;

/**
 * How operators agree who leads.
 *
 * @param lease the Lease object
 * @param identity of this operator, another one for each
 * @param length after so long without a renewal another one leads
 * @param renewWithin a leader that could not renew for so long gives up
 * @param retry how often it is renewed, and tried for
 */
public record LeaseOptions(
    ResourceName lease, String identity, Duration length, Duration renewWithin, Duration retry) {

  /** With the times that Kubernetes' own controllers have. */
  public static LeaseOptions of(ResourceName lease, String identity) {
    return new LeaseOptions(
        lease, identity, Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2));
  }
}

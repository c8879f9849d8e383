package dev.penstock.proxy.queue;

import dev.penstock.model.ResourceName;

/** Where the permits of services are kept: in this process, or where several share them. */
@FunctionalInterface
public interface PermitQueues {

  /**
   * The queue of a service that had none.
   *
   * @param maxDepth how many may wait; 0: none
   */
  PermitQueue open(ResourceName service, int maxInFlight, int maxDepth);
}

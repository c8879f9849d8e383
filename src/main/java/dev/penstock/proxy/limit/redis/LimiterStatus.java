package dev.penstock.proxy.limit.redis;

import java.util.Optional;

/**
 * How a shared limiter does.
 *
 * @param problem why it cannot count in Redis, on one event loop at least; absent: it does
 * @param replicas how many share each limit, as was last known
 */
public record LimiterStatus(Optional<String> problem, int replicas) {

  public boolean degraded() {
    return problem.isPresent();
  }
}

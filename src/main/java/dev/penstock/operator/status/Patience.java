package dev.penstock.operator.status;

import dev.penstock.model.ResourceName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * How long a status that would only say that proxies have not answered yet is left as it is: what
 * they answer mostly comes in the meantime, and is written instead.
 */
final class Patience {

  static final Duration LONGEST = Duration.ofSeconds(2);

  private final Map<ResourceName, Long> since = new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;

  Patience(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * How much longer to wait with the conditions. Absent when there is nothing to wait for, or no
   * more; the next change is then waited for anew.
   *
   * @param changed whether they would make a status other than there is
   */
  Optional<Duration> left(ResourceName name, boolean changed, List<Wanted> conditions) {
    Optional<Duration> left = changed ? left(name, conditions) : Optional.empty();
    if (left.isEmpty()) {
      forget(name);
    }
    return left;
  }

  private Optional<Duration> left(ResourceName name, List<Wanted> conditions) {
    if (conditions.stream().noneMatch(each -> each.state() == Wanted.State.SOON)) {
      return Optional.empty();
    }
    long now = nanoTime.getAsLong();
    long waited = now - since.computeIfAbsent(name, _ -> now);
    Duration left = LONGEST.minusNanos(waited);
    return left.isPositive() ? Optional.of(left) : Optional.empty();
  }

  /** It is gone. */
  void forget(ResourceName name) {
    since.remove(name);
  }
}

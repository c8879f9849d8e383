package dev.penstock.operator;

import io.javaoperatorsdk.operator.processing.event.rate.RateLimiter;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * When a gateway may be looked at again: the first change is served at once, and those that come
 * within a while after it together. The while grows with what a look takes, so that a burst of
 * changes to a large gateway takes no more than half of one processor, here and in its proxies.
 */
final class HoldOff implements RateLimiter<HoldOff.State> {

  private static final long SHORTEST = Duration.ofMillis(150).toNanos();
  private static final long LONGEST = Duration.ofSeconds(2).toNanos();

  private final LongSupplier nanoTime;
  private volatile long pause = SHORTEST;

  HoldOff() {
    this(System::nanoTime);
  }

  HoldOff(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Of one gateway: when it was looked at last. Used by the SDK under its own lock. */
  static final class State implements RateLimiter.RateLimitState {
    private Optional<Long> last = Optional.empty();
  }

  /** A look at a gateway took so long. */
  void took(Duration time) {
    pause = Math.clamp(2 * time.toNanos(), SHORTEST, LONGEST);
  }

  @Override
  public Optional<Duration> isLimited(RateLimitState of) {
    var state = (State) of;
    long now = nanoTime.getAsLong();
    long left = state.last.map(last -> last + pause - now).orElse(0L);
    if (left > 0) {
      return Optional.of(Duration.ofNanos(left));
    }
    state.last = Optional.of(now);
    return Optional.empty();
  }

  @Override
  public State initState() {
    return new State();
  }
}

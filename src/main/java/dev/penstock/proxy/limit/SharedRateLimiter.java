package dev.penstock.proxy.limit;

import dev.penstock.model.Limiter.FailurePolicy;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * A limit that holds over all replicas: asks a store that they share, answers refusals that it
 * still remembers, and follows the failure policy when the store cannot answer.
 */
public final class SharedRateLimiter implements RateLimiter {

  /** At most some 10 MiB of refusals. */
  private static final int REMEMBERED = 1 << 16;

  private final RateLimiter store;
  private final RateLimiter local;
  private final FailurePolicy policy;
  private final IntSupplier replicas;
  private final LongSupplier nanoClock;
  private final RefusalMemory refusals = new RefusalMemory(REMEMBERED);

  /**
   * @param store answers {@link Decision.Unavailable} when it cannot decide
   * @param local what this process decides by itself meanwhile, with {@code Local}
   * @param replicas how many share a limit, as was last known
   * @param nanoClock monotonic nanoseconds of any origin
   */
  public SharedRateLimiter(
      RateLimiter store,
      RateLimiter local,
      FailurePolicy policy,
      IntSupplier replicas,
      LongSupplier nanoClock) {
    this.store = store;
    this.local = local;
    this.policy = policy;
    this.replicas = replicas;
    this.nanoClock = nanoClock;
  }

  @Override
  public void decide(LimitKey key, Limit limit, long cost, Consumer<? super Decision> then) {
    limit.checkCost(cost);
    long now = nanoClock.getAsLong();
    Decision known = cost == 1 ? refusals.find(key, limit, now) : null;
    if (known != null) {
      then.accept(known);
    } else {
      store.decide(key, limit, cost, new Answer(key, limit, cost, now, then));
    }
  }

  /** Takes what the store says to whoever asked. */
  private final class Answer implements Consumer<Decision> {

    private final LimitKey key;
    private final Limit limit;
    private final long cost;
    private final long askedAt;
    private final Consumer<? super Decision> then;

    Answer(LimitKey key, Limit limit, long cost, long askedAt, Consumer<? super Decision> then) {
      this.key = key;
      this.limit = limit;
      this.cost = cost;
      this.askedAt = askedAt;
      this.then = then;
    }

    @Override
    public void accept(Decision decision) {
      if (decision instanceof Decision.Unavailable) {
        followPolicy();
        return;
      }
      if (cost == 1 && decision instanceof Decision.Refused refused) {
        refusals.remember(key, limit, refused, askedAt);
      }
      then.accept(decision);
    }

    private void followPolicy() {
      switch (policy) {
        case OPEN -> then.accept(Decision.UNLIMITED);
        case CLOSED -> then.accept(Decision.UNAVAILABLE);
        case LOCAL -> {
          Limit share = limit.shareOf(replicas.getAsInt());
          local.decide(key, share, Math.min(cost, share.capacity()), by -> byShare(by, share));
        }
      }
    }

    private void byShare(Decision decision, Limit share) {
      then.accept(
          decision instanceof Decision.Decided decided
              ? new Decision.ByShare(decided, share)
              : decision);
    }
  }
}

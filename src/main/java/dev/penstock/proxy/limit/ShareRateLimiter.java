package dev.penstock.proxy.limit;

import java.util.function.Consumer;

/** One of a fixed number of replicas that share nothing: each keeps to its share of a limit. */
public final class ShareRateLimiter implements RateLimiter {

  private final RateLimiter local;
  private final int replicas;

  /**
   * @param replicas 2 or more; a single one needs no shares
   */
  public ShareRateLimiter(RateLimiter local, int replicas) {
    this.local = local;
    this.replicas = replicas;
  }

  @Override
  public void decide(LimitKey key, Limit limit, long cost, Consumer<? super Decision> then) {
    limit.checkCost(cost);
    Limit share = limit.shareOf(replicas);
    local.decide(
        key,
        share,
        Math.min(cost, share.capacity()),
        decision ->
            then.accept(
                decision instanceof Decision.Decided decided
                    ? new Decision.ByShare(decided, share)
                    : decision));
  }
}

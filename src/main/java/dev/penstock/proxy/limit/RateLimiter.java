package dev.penstock.proxy.limit;

import java.util.function.Consumer;

/** Takes tokens from the bucket of a client, wherever the buckets are kept. */
@FunctionalInterface
public interface RateLimiter {

  /**
   * Takes {@code cost} tokens from the bucket of {@code key}, or nothing if there are fewer.
   *
   * <p>The answer goes to a callback, exactly once. A local store calls it before this method
   * returns, on the calling thread; a remote one later and possibly on another thread, or with
   * {@link Decision.Unavailable}. A callback rather than a future: the request object of the caller
   * can be the callback itself, so the common case allocates neither a future nor a closure.
   *
   * @param limit the limit as configured now; what the bucket holds survives a change of it
   * @param cost 1 to {@link Limit#capacity()}
   * @throws IllegalArgumentException if the cost is out of its range, since no wait would ever do
   */
  void decide(LimitKey key, Limit limit, long cost, Consumer<? super Decision> then);
}

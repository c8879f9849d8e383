package dev.penstock.proxy.limit;

import dev.penstock.proxy.client.ClientAddress;
import java.security.SecureRandom;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Keeps the buckets of all services in one table of this process, which grows with the clients up
 * to its bound and no further (nginx's {@code zone=name:10m}, which takes all at the start).
 *
 * <p>The table is split into segments, each with its own lock, so that event loops seldom meet.
 * When a segment is full its least recently asked client is forgotten, which gives that client a
 * full bucket. So an attacker can reset a bucket only as with any LRU: by asking from about as many
 * other addresses as the table holds between two requests of the victim, since which clients share
 * a segment depends on a secret of this process. A client that keeps asking, even if refused,
 * stays.
 *
 * <p>Services share the table and its budget, never a bucket.
 *
 * <p>A bucket belongs to a client and a service, not to a configuration: after a change of the rate
 * what the client had used stays used, the time since then refills at the new rate, and a smaller
 * burst leaves it at worst with an empty bucket.
 */
public final class LocalRateLimiter implements RateLimiter {

  /** What nginx's zone of 10 MiB holds; ours takes at most 10 MiB for as many. */
  public static final int DEFAULT_MAX_CLIENTS = 160_000;

  private static final int MAX_SEGMENTS = 32;
  private static final int MIN_CLIENTS_PER_SEGMENT = 2_048;

  private final Segment[] segments;
  private final KeyHash hash;
  private final LongSupplier nanoClock;

  /**
   * @param maxClients how many clients, counted once a service, are remembered at least
   * @param nanoClock monotonic nanoseconds of any origin, such as {@link System#nanoTime}
   */
  public LocalRateLimiter(int maxClients, LongSupplier nanoClock) {
    if (maxClients < 1 || maxClients > 1 << 26) {
      throw new IllegalArgumentException("maxClients is " + maxClients);
    }
    int count =
        Integer.highestOneBit(Math.clamp(maxClients / MIN_CLIENTS_PER_SEGMENT, 1, MAX_SEGMENTS));
    hash = new KeyHash(new SecureRandom());
    segments = new Segment[count];
    for (int i = 0; i < count; i++) {
      segments[i] = new Segment(clientsPerSegment(maxClients, count), hash);
    }
    this.nanoClock = nanoClock;
  }

  /** Clients are spread by chance: six standard deviations more hold the fullest segment. */
  private static int clientsPerSegment(int maxClients, int segments) {
    int mean = Math.ceilDiv(maxClients, segments);
    return segments == 1 ? mean : mean + (int) Math.ceil(6 * Math.sqrt(mean));
  }

  @Override
  public void decide(LimitKey key, Limit limit, long cost, Consumer<? super Decision> then) {
    limit.checkCost(cost);
    ClientAddress client = key.client();
    long code = hash.of(client.high(), client.low(), key.scope().id());
    // The high half picks the segment, the low half the place in it: they must not correlate.
    Segment segment = segments[(int) (code >>> 32) & (segments.length - 1)];
    then.accept(segment.decide(key, code, limit, cost, nanoClock.getAsLong()));
  }
}

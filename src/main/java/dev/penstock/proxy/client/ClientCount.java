package dev.penstock.proxy.client;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * About how many clients there were lately, in a kilobyte whatever they are: linear counting
 * (Whang, Vander-Zanden and Taylor, 1990). Each address sets one of 4096 bits; how many stay unset
 * tells how many addresses there were.
 *
 * <p>Counted are the window that is open and the one before it. Who reads closes a window that is
 * over, so that requests need no clock.
 */
public final class ClientCount {

  private static final int BITS = 4096;
  private static final int WORDS = BITS / Long.SIZE;

  private final Duration window;
  private volatile Window current;
  private Optional<Window> previous = Optional.empty();

  /**
   * How many there were.
   *
   * @param requests that came within the time
   * @param distinct clients that they came from, up to about 34,000
   * @param window how far back was counted
   */
  public record Seen(long requests, long distinct, Duration window) {}

  private record Window(long since, AtomicLongArray bits, LongAdder requests) {

    static Window begin(long nanos) {
      return new Window(nanos, new AtomicLongArray(WORDS), new LongAdder());
    }
  }

  /**
   * Begins to count.
   *
   * @param window how long one is at least
   * @param nanos the monotonic time now
   */
  public ClientCount(Duration window, long nanos) {
    this.window = window;
    this.current = Window.begin(nanos);
  }

  /** Counts a request; any thread, never waits. */
  public void seen(ClientAddress client) {
    Window now = current;
    now.requests.increment();
    long hash = mixed(client.high() * 31 + client.low());
    int word = (int) (hash >>> 6) & (WORDS - 1);
    long bit = 1L << hash;
    if ((now.bits.getPlain(word) & bit) == 0) {
      now.bits.getAndUpdate(word, bits -> bits | bit);
    }
  }

  /** What was seen in the open window and in the one before. */
  public synchronized Seen read(long nanos) {
    if (nanos - current.since > window.toNanos()) {
      previous = Optional.of(current);
      current = Window.begin(nanos);
    }
    Window oldest = previous.orElse(current);
    long before = previous.map(window -> window.requests.sum()).orElse(0L);
    return new Seen(
        before + current.requests.sum(),
        distinct(current.bits, oldest.bits),
        Duration.ofNanos(nanos - oldest.since));
  }

  private static long distinct(AtomicLongArray one, AtomicLongArray other) {
    int unset = BITS;
    for (int word = 0; word < WORDS; word++) {
      unset -= Long.bitCount(one.get(word) | other.get(word));
    }
    return Math.round(-BITS * Math.log(Math.max(unset, 1) / (double) BITS));
  }

  /** The finalizer of SplitMix64: neighbouring addresses get bits that have nothing in common. */
  private static long mixed(long value) {
    long x = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    x = (x ^ (x >>> 27)) * 0x94d049bb133111ebL;
    return x ^ (x >>> 31);
  }
}

package dev.penstock.proxy.limit;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Remembers refusals of a shared store until the next token exists, so that a flood is answered
 * here and costs the store nothing. Exact for a cost of one: a bucket cannot refill sooner, and
 * whoever else takes from it only makes the wait longer, which the store then tells.
 *
 * <p>A table of fixed size in which a newer refusal takes the place of an older one that shares its
 * slot: what is forgotten costs a question, never a wrong answer. A refusal holds for the very
 * {@link Limit} that it was given for; a new configuration has new ones.
 */
final class RefusalMemory {

  /**
   * @param untilNanos when the next token exists
   * @param resetNanos when the bucket is full
   */
  private record Entry(
      LimitKey key, Limit limit, long remaining, long untilNanos, long resetNanos) {}

  private final AtomicReferenceArray<@Nullable Entry> slots;
  private final KeyHash hash = new KeyHash(new SecureRandom());

  /**
   * @param slots a power of two
   */
  RefusalMemory(int slots) {
    if (Integer.bitCount(slots) != 1) {
      throw new IllegalArgumentException("slots is " + slots);
    }
    this.slots = new AtomicReferenceArray<>(slots);
  }

  /** The refusal as it is now, if the next token is still to come. */
  Decision.@Nullable Refused find(LimitKey key, Limit limit, long now) {
    Entry entry = slots.get(slot(key));
    if (entry == null || entry.limit != limit || !entry.key.equals(key)) {
      return null;
    }
    long wait = entry.untilNanos - now;
    return wait > 0 ? new Decision.Refused(entry.remaining, wait, entry.resetNanos - now) : null;
  }

  /**
   * @param askedAt when the store was asked, from which its times count at the earliest
   */
  void remember(LimitKey key, Limit limit, Decision.Refused refused, long askedAt) {
    slots.set(
        slot(key),
        new Entry(
            key,
            limit,
            refused.remaining(),
            askedAt + refused.retryAfterNanos(),
            askedAt + refused.resetNanos()));
  }

  private int slot(LimitKey key) {
    long code = hash.of(key.client().high(), key.client().low(), key.scope().id());
    return (int) (code >>> 32) & (slots.length() - 1);
  }
}

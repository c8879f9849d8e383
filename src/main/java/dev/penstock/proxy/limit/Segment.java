package dev.penstock.proxy.limit;

import java.util.Arrays;

/**
 * A part of the table of {@link LocalRateLimiter}: a hash table with chains and an LRU list, both
 * threaded through arrays of numbers, so that a client costs 52 bytes, some 6 more for the heads of
 * the chains, and no object. It grows with its clients, up to what it may hold. Guarded by its own
 * monitor.
 */
final class Segment {

  private static final int NONE = -1;

  /** Room at first; each time it is full there is twice as much, until there is enough. */
  private static final int FIRST_CLIENTS = 64;

  // An entry: the key, the bucket, and the neighbours in the LRU list (newer above, older below).
  private static final int WIDTH = 6;
  private static final int HIGH = 0;
  private static final int LOW = 1;
  private static final int SCOPE = 2;
  private static final int USED = 3;
  private static final int TIME = 4;
  private static final int LINKS = 5;
  private static final long LOWER_HALF = 0xffffffffL;

  private final KeyHash hash;
  private final int maxClients;
  private long[] entries;
  private int[] chained;
  private int[] heads;
  private int size;
  private int newest = NONE;
  private int oldest = NONE;

  Segment(int maxClients, KeyHash hash) {
    this.hash = hash;
    this.maxClients = maxClients;
    int room = Math.min(maxClients, FIRST_CLIENTS);
    entries = new long[room * WIDTH];
    chained = new int[room];
    heads = newHeads(room);
  }

  private static int[] newHeads(int clients) {
    int[] heads = new int[Integer.highestOneBit(2 * clients - 1)];
    Arrays.fill(heads, NONE);
    return heads;
  }

  /**
   * @param code the hash of the key
   * @param now nanoseconds; earlier than at the last decision counts as no time passed
   */
  synchronized Decision decide(LimitKey key, long code, Limit limit, long cost, long now) {
    int at = entryOf(key, code, now) * WIDTH;
    long elapsed = now - entries[at + TIME];
    long used = limit.refilled(entries[at + USED], Math.max(0, elapsed));
    Decision decision = limit.decide(used, cost, Math.max(0, -elapsed));
    entries[at + USED] = decision instanceof Decision.Allowed ? used + cost * limit.token() : used;
    if (elapsed > 0) {
      entries[at + TIME] = now;
    }
    return decision;
  }

  private int entryOf(LimitKey key, long code, long now) {
    int entry = find(key, code);
    if (entry == NONE) {
      entry = add(key, code, now);
      becomeNewest(entry);
    } else if (entry != newest) {
      unlink(entry);
      becomeNewest(entry);
    }
    return entry;
  }

  private int find(LimitKey key, long code) {
    long high = key.client().high();
    long low = key.client().low();
    long scope = key.scope().id();
    int entry = heads[slot(code)];
    while (entry != NONE) {
      int at = entry * WIDTH;
      if (entries[at + LOW] == low && entries[at + HIGH] == high && entries[at + SCOPE] == scope) {
        break;
      }
      entry = chained[entry];
    }
    return entry;
  }

  private int add(LimitKey key, long code, long now) {
    if (size == chained.length && size < maxClients) {
      grow(Math.min(maxClients, 2 * size));
    }
    int entry = size < chained.length ? size++ : evictOldest();
    int at = entry * WIDTH;
    entries[at + HIGH] = key.client().high();
    entries[at + LOW] = key.client().low();
    entries[at + SCOPE] = key.scope().id();
    entries[at + USED] = 0;
    entries[at + TIME] = now;
    chained[entry] = heads[slot(code)];
    heads[slot(code)] = entry;
    return entry;
  }

  private void grow(int room) {
    entries = Arrays.copyOf(entries, room * WIDTH);
    chained = Arrays.copyOf(chained, room);
    heads = newHeads(room);
    for (int entry = 0; entry < size; entry++) {
      int slot = slotOf(entry);
      chained[entry] = heads[slot];
      heads[slot] = entry;
    }
  }

  private int evictOldest() {
    int entry = oldest;
    int slot = slotOf(entry);
    if (heads[slot] == entry) {
      heads[slot] = chained[entry];
    } else {
      int before = heads[slot];
      while (chained[before] != entry) {
        before = chained[before];
      }
      chained[before] = chained[entry];
    }
    unlink(entry);
    return entry;
  }

  private int slotOf(int entry) {
    int at = entry * WIDTH;
    return slot(hash.of(entries[at + HIGH], entries[at + LOW], entries[at + SCOPE]));
  }

  private int slot(long code) {
    return (int) code & (heads.length - 1);
  }

  private void becomeNewest(int entry) {
    link(entry, NONE, newest);
    if (newest == NONE) {
      oldest = entry;
    } else {
      link(newest, entry, older(newest));
    }
    newest = entry;
  }

  private void unlink(int entry) {
    int newer = newer(entry);
    int older = older(entry);
    if (newer == NONE) {
      newest = older;
    } else {
      link(newer, newer(newer), older);
    }
    if (older == NONE) {
      oldest = newer;
    } else {
      link(older, newer, older(older));
    }
  }

  private void link(int entry, int newer, int older) {
    entries[entry * WIDTH + LINKS] = (long) newer << 32 | (older & LOWER_HALF);
  }

  private int newer(int entry) {
    return (int) (entries[entry * WIDTH + LINKS] >>> 32);
  }

  private int older(int entry) {
    return (int) entries[entry * WIDTH + LINKS];
  }
}

package dev.penstock.proxy.path;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one host: the longest segment prefix wins. A hash of the path is rolled along once
 * and probed at each segment's end, so that 5,000 routes cost as much as 5 and nothing is
 * allocated.
 */
final class PathTable<T> {

  /** Open addressing; at most half full. */
  private final @Nullable Entry<T>[] slots;

  private final Optional<T> root;
  private final int longest;

  private static final class Entry<T> {

    private final byte[] prefix;
    private final int hash;
    private final Optional<T> target;

    private Entry(byte[] prefix, T target) {
      this.prefix = prefix;
      this.hash = hash(prefix);
      this.target = Optional.of(target);
    }
  }

  /** From prefixes as declared: {@code /}, or segments without a trailing slash. */
  @SuppressWarnings({"unchecked", "rawtypes"}) // Java has no arrays of generic types.
  PathTable(Map<String, T> targets) {
    slots = new Entry[Integer.highestOneBit(Math.max(4, targets.size() * 2)) * 2];
    root = Optional.ofNullable(targets.get("/"));
    int max = 0;
    for (var target : targets.entrySet()) {
      if (!target.getKey().equals("/")) {
        byte[] prefix = target.getKey().getBytes(StandardCharsets.US_ASCII);
        insert(new Entry<>(prefix, target.getValue()));
        max = Math.max(max, prefix.length);
      }
    }
    longest = max;
  }

  private void insert(Entry<T> entry) {
    int slot = slot(entry.hash);
    while (slots[slot] != null) {
      slot = (slot + 1) & (slots.length - 1);
    }
    slots[slot] = entry;
  }

  private static int hash(byte[] bytes) {
    int hash = 0;
    for (byte b : bytes) {
      hash = 31 * hash + b;
    }
    return hash;
  }

  private int slot(int hash) {
    return (((hash ^ (hash >>> 16)) * 0x9E3779B9) >>> 7) & (slots.length - 1);
  }

  /** The target of the longest prefix of the canonical path {@code buf[start, end)}. */
  Optional<T> find(byte[] buf, int start, int end) {
    Optional<T> found = root;
    int hash = 0;
    int stop = Math.min(end, start + longest);
    for (int i = start; i < stop; i++) {
      hash = 31 * hash + buf[i];
      if (i + 1 == end || buf[i + 1] == '/') {
        Entry<T> longer = probe(hash, buf, start, i + 1);
        found = longer == null ? found : longer.target;
      }
    }
    return found;
  }

  private @Nullable Entry<T> probe(int hash, byte[] buf, int start, int end) {
    for (int slot = slot(hash); ; slot = (slot + 1) & (slots.length - 1)) {
      Entry<T> entry = slots[slot];
      if (entry == null) {
        return null;
      }
      if (entry.hash == hash
          && Arrays.equals(entry.prefix, 0, entry.prefix.length, buf, start, end)) {
        return entry;
      }
    }
  }
}

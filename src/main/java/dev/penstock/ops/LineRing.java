package dev.penstock.ops;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Bytes of whole lines between one producer at a time and one consumer, without locks. A producer
 * owns the ring while it encodes and appends; the consumer needs no ownership.
 */
final class LineRing {
  private final byte[] data;
  private final int mask;
  private final AccessLine encoder = new AccessLine();
  private final AtomicBoolean owned = new AtomicBoolean();

  /** Bytes taken and bytes put since the start. */
  private final AtomicLong head = new AtomicLong();

  private final AtomicLong tail = new AtomicLong();

  /**
   * @param capacity bytes; a power of two
   */
  LineRing(int capacity) {
    this.data = new byte[capacity];
    this.mask = capacity - 1;
  }

  /** Whether the caller may append, until it calls {@link #release}. */
  boolean tryOwn() {
    return !owned.getPlain() && owned.compareAndSet(false, true);
  }

  /** Ends ownership, with the full fence that the writer's falling asleep relies on. */
  void release() {
    owned.set(false);
  }

  /** Waits for the present owner, for the microsecond it needs, and lets nobody own it again. */
  void seal() {
    while (!tryOwn()) {
      LockSupport.parkNanos(10_000);
    }
  }

  /** Appends the request's line, unless there is no room. Owner only. */
  boolean append(RequestFacts facts) {
    var line = encoder.encode(facts);
    long end = tail.getPlain();
    if (data.length - (end - head.getAcquire()) < line.length()) {
      return false;
    }
    copyIn(line, (int) end & mask);
    tail.setRelease(end + line.length());
    return true;
  }

  private void copyIn(JsonLine line, int at) {
    int first = Math.min(line.length(), data.length - at);
    System.arraycopy(line.bytes(), 0, data, at, first);
    System.arraycopy(line.bytes(), first, data, 0, line.length() - first);
  }

  int capacity() {
    return data.length;
  }

  boolean isEmpty() {
    return tail.get() == head.get();
  }

  boolean isHalfFull() {
    return tail.getPlain() - head.getAcquire() > data.length / 2;
  }

  /**
   * Moves all that is there. Consumer only.
   *
   * @param into holds at least {@link #capacity} bytes
   * @return how many bytes it was
   */
  int drain(byte[] into) {
    long start = head.getPlain();
    int count = (int) (tail.getAcquire() - start);
    int at = (int) start & mask;
    int first = Math.min(count, data.length - at);
    System.arraycopy(data, at, into, 0, first);
    System.arraycopy(data, 0, into, first, count - first);
    head.setRelease(start + count);
    return count;
  }
}

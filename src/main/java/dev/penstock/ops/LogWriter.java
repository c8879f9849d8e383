package dev.penstock.ops;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/**
 * The one thread that takes lines from the rings and writes them in batches. While lines come it
 * looks every few milliseconds, so that producers need not wake it (a system call); only when none
 * came for a second does it sleep until it is woken.
 */
final class LogWriter {
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final int PAUSES_BEFORE_SLEEP = 100;

  private static final int AWAKE = 0;
  private static final int PAUSING = 1;
  private static final int SLEEPING = 2;

  private final List<LineRing> rings;
  private final OutputStream out;
  private final LongConsumer onLost;
  private final byte[] batch;
  private final AtomicInteger state = new AtomicInteger(AWAKE);
  private final Thread thread;
  private volatile boolean ending;

  /**
   * @param rings of one capacity
   * @param onLost told how many lines an output refused
   */
  LogWriter(List<LineRing> rings, OutputStream out, LongConsumer onLost) {
    this.rings = List.copyOf(rings);
    this.out = out;
    this.onLost = onLost;
    this.batch = new byte[rings.getFirst().capacity()];
    this.thread = Thread.ofPlatform().name("access-log").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Called by producers after they released the ring. */
  void appended(LineRing ring) {
    int now = state.get();
    if (now == SLEEPING || (now == PAUSING && ring.isHalfFull())) {
      wake(now);
    }
  }

  /**
   * Writes what is left and ends. The rings are sealed already.
   *
   * @return whether all was written within the time
   */
  boolean end(Duration patience) {
    ending = true;
    LockSupport.unpark(thread);
    try {
      return thread.join(patience);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void wake(int from) {
    if (state.compareAndSet(from, AWAKE)) {
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    int quiet = 0;
    while (true) {
      boolean last = ending;
      quiet = writeAll() ? 0 : quiet + 1;
      if (last) {
        return;
      }
      if (quiet < PAUSES_BEFORE_SLEEP) {
        rest(PAUSING);
      } else {
        rest(SLEEPING);
        quiet = 0;
      }
    }
  }

  /** Rests unless there is more: whoever appends after the state is set sees it and wakes us. */
  private void rest(int how) {
    state.set(how);
    if (!ending) {
      if (how == PAUSING) {
        LockSupport.parkNanos(this, PAUSE_NANOS);
      } else if (rings.stream().allMatch(LineRing::isEmpty)) {
        LockSupport.park(this);
      }
    }
    state.set(AWAKE);
  }

  private boolean writeAll() {
    boolean any = false;
    for (LineRing ring : rings) {
      int count = ring.drain(batch);
      if (count > 0) {
        any = true;
        write(count);
      }
    }
    return any;
  }

  private void write(int count) {
    try {
      out.write(batch, 0, count);
      out.flush();
    } catch (IOException | RuntimeException e) {
      onLost.accept(lines(count));
    }
  }

  private long lines(int count) {
    long lines = 0;
    for (int i = 0; i < count; i++) {
      if (batch[i] == '\n') {
        lines++;
      }
    }
    return lines;
  }
}

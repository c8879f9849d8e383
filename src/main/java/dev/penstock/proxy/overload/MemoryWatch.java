package dev.penstock.proxy.overload;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the memory many times a second, on a thread that no request can hold up. */
public final class MemoryWatch implements AutoCloseable {

  /** In that time a busy network card fills a good part of what is left above the high mark. */
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** A heap that is full is not looked at again before a collection; without work there is none. */
  private static final long COLLECT_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final Logger LOG = LoggerFactory.getLogger(MemoryWatch.class);

  private final Overload overload;
  private final Thread thread;
  private volatile boolean closed;

  private MemoryWatch(Overload overload) {
    this.overload = overload;
    this.thread = Thread.ofPlatform().daemon().name("memory-watch").unstarted(this::run);
  }

  /** Begins to look; ends with {@link #close}. */
  public static MemoryWatch start(Overload overload) {
    var watch = new MemoryWatch(overload);
    watch.thread.start();
    return watch;
  }

  private void run() {
    long collect = System.nanoTime() + COLLECT_NANOS;
    while (!closed) {
      try {
        overload.look();
        if (!overload.shedding()) {
          collect = System.nanoTime() + COLLECT_NANOS;
        } else if (System.nanoTime() - collect > 0) {
          collect = System.nanoTime() + COLLECT_NANOS;
          System.gc();
        }
      } catch (RuntimeException e) {
        LOG.error("the memory cannot be watched", e);
      }
      LockSupport.parkNanos(EVERY_NANOS);
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}

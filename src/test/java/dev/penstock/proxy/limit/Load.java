package dev.penstock.proxy.limit;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Keeps asking a limiter from one thread, a bounded number of questions at a time. */
final class Load implements AutoCloseable {

  private static final int AT_ONCE = 64;

  /** A load, not a race for the processor. */
  private static final long PAUSE_NANOS = 20_000;

  private final Map<Class<?>, AtomicLong> answers = new ConcurrentHashMap<>();
  private final AtomicLong longestWait = new AtomicLong();
  private final Semaphore room = new Semaphore(AT_ONCE);
  private final Thread thread;
  private volatile boolean stopped;

  Load(RateLimiter limiter, Limit limit) {
    thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!stopped) {
                    room.acquireUninterruptibly();
                    ask(limiter, limit);
                    LockSupport.parkNanos(PAUSE_NANOS);
                  }
                });
  }

  private void ask(RateLimiter limiter, Limit limit) {
    long asked = System.nanoTime();
    var key = Limits.key("tts", ThreadLocalRandom.current().nextInt(1_000));
    limiter.decide(
        key,
        limit,
        1,
        decision -> {
          longestWait.accumulateAndGet(System.nanoTime() - asked, Math::max);
          answers.computeIfAbsent(decision.getClass(), _ -> new AtomicLong()).incrementAndGet();
          room.release();
        });
  }

  /** Answers of a kind so far. */
  long answers(Class<? extends Decision> kind) {
    AtomicLong count = answers.get(kind);
    return count == null ? 0 : count.get();
  }

  long longestWaitMillis() {
    return longestWait.get() / 1_000_000;
  }

  void forgetWaits() {
    longestWait.set(0);
  }

  @Override
  public void close() {
    stopped = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}

package dev.penstock.operator.status;

import dev.penstock.operator.leader.NotLeadingException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work by key: a key is worked on by one thread at a time, once for however often it was added
 * meanwhile, and again after a while when that failed. So many keys are worked on at once, no more.
 */
public final class KeyedQueue<K> implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(KeyedQueue.class);
  private static final Duration FIRST_RETRY = Duration.ofMillis(200);
  private static final int MOST_DOUBLINGS = 8;

  private enum State {
    WAITING,
    WORKING,
    AGAIN
  }

  private final Map<K, State> states = new HashMap<>();
  private final Map<K, Integer> failures = new HashMap<>();
  private final Consumer<K> work;
  private final Semaphore slots;
  private final ExecutorService threads;
  private final ScheduledExecutorService timer;
  private boolean closed;

  public KeyedQueue(String name, int atOnce, Consumer<K> work) {
    this.work = work;
    this.slots = new Semaphore(atOnce);
    this.threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(name, 0).factory());
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name(name + "timer").daemon().factory());
  }

  /** The key is worked on soon; never blocks. */
  public synchronized void add(K key) {
    if (closed) {
      return;
    }
    State before = states.get(key);
    if (before == null) {
      states.put(key, State.WAITING);
      threads.execute(() -> run(key));
    } else if (before == State.WORKING) {
      states.put(key, State.AGAIN);
    }
  }

  /** The same after a while, whatever happens to the key until then. */
  public synchronized void add(K key, Duration delay) {
    if (!closed) {
      timer.schedule(() -> add(key), delay.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private void run(K key) {
    try {
      slots.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    boolean done = false;
    try {
      begin(key);
      work.accept(key);
      done = true;
    } catch (NotLeadingException e) {
      done = true; // who leads next looks at every key
    } catch (RuntimeException e) {
      failed(key, e);
    } finally {
      slots.release();
      end(key, done);
    }
  }

  /** What the end of this process breaks off is no failure. */
  private synchronized void failed(K key, RuntimeException e) {
    if (!closed) {
      LOG.warn("{} failed and is tried again: {}", key, e.toString());
    }
  }

  private synchronized void begin(K key) {
    states.put(key, State.WORKING);
  }

  private synchronized void end(K key, boolean done) {
    boolean again = states.remove(key) == State.AGAIN;
    if (done) {
      failures.remove(key);
    } else if (!closed) {
      int count = failures.merge(key, 1, Integer::sum);
      long delay = FIRST_RETRY.toMillis() << Math.min(count - 1, MOST_DOUBLINGS);
      timer.schedule(() -> add(key), delay, TimeUnit.MILLISECONDS);
    }
    if (again) {
      add(key);
    }
  }

  /** How many keys wait or are worked on. */
  public synchronized int size() {
    return states.size();
  }

  /** How many keys failed and wait for another try. */
  synchronized int toBeTriedAgain() {
    return failures.size();
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    timer.shutdownNow();
    threads.shutdownNow();
  }
}

package dev.penstock.proxy.queue;

import dev.penstock.proxy.queue.PermitQueue.Permit;
import dev.penstock.proxy.queue.PermitQueue.Refusal;
import dev.penstock.proxy.queue.PermitQueue.Waiter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that ask again as soon as they have had their permit for a while, or were refused. */
final class QueueLoad implements AutoCloseable {

  private static final int PAUSE_MILLIS = 5;

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final int workMillis;
  private final AtomicInteger current = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final AtomicInteger lost = new AtomicInteger();
  private final AtomicLong oldest = new AtomicLong();
  private final Map<String, AtomicInteger> granted = new ConcurrentHashMap<>();
  private final AtomicInteger refused = new AtomicInteger();
  private volatile boolean ended;

  QueueLoad(int workMillis) {
    this.workMillis = workMillis;
  }

  /** One more client, or the same with one more request at a time. */
  void add(PermitQueue queue, String client) {
    granted.computeIfAbsent(client, _ -> new AtomicInteger());
    ask(queue, client);
  }

  private void ask(PermitQueue queue, String client) {
    if (!ended) {
      queue.enter(client, new Request(queue, client));
    }
  }

  private void later(Runnable task, int millis) {
    try {
      timer.schedule(task, millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // It has ended.
    }
  }

  int granted(String client) {
    return granted.get(client).get();
  }

  int granted() {
    return granted.values().stream().mapToInt(AtomicInteger::get).sum();
  }

  int refused() {
    return refused.get();
  }

  int lost() {
    return lost.get();
  }

  int current() {
    return current.get();
  }

  /** How many permits were out at the same time. */
  int most() {
    return most.get();
  }

  /** The longest that anybody waited for a refusal since this was last asked. */
  long longestRefusalMillis() {
    return TimeUnit.NANOSECONDS.toMillis(oldest.getAndSet(0));
  }

  @Override
  public void close() {
    ended = true;
    timer.shutdownNow();
  }

  /** A request that is decided once. */
  private final class Request implements Waiter {

    private final PermitQueue queue;
    private final String client;
    private final long askedAt = System.nanoTime();
    private final AtomicBoolean over = new AtomicBoolean();

    Request(PermitQueue queue, String client) {
      this.queue = queue;
      this.client = client;
    }

    @Override
    public void granted(Permit permit) {
      most.accumulateAndGet(current.incrementAndGet(), Math::max);
      granted.get(client).incrementAndGet();
      permit.onLost(
          () -> {
            lost.incrementAndGet();
            end();
          });
      later(
          () -> {
            end();
            permit.release();
          },
          workMillis);
    }

    private void end() {
      if (over.compareAndSet(false, true)) {
        current.decrementAndGet();
        later(() -> ask(queue, client), 0);
      }
    }

    @Override
    public void refused(Refusal refusal) {
      refused.incrementAndGet();
      oldest.accumulateAndGet(System.nanoTime() - askedAt, Math::max);
      later(() -> ask(queue, client), PAUSE_MILLIS);
    }
  }
}

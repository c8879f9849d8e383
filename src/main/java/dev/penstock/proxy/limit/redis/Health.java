package dev.penstock.proxy.limit.redis;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** What the links of all event loops come to: one status, and one word to each change of it. */
final class Health {

  private final Consumer<LimiterStatus> listener;
  private final boolean[] told;
  private final boolean[] serving;
  private final CompletableFuture<Void> settled = new CompletableFuture<>();
  private final Census census;
  private final List<Runnable> whenForgotten = new CopyOnWriteArrayList<>();
  private volatile LimiterStatus status;
  private boolean announced;
  private boolean closed;

  Health(int links, int replicas, Consumer<LimiterStatus> listener) {
    this.listener = listener;
    told = new boolean[links];
    serving = new boolean[links];
    census = new Census(replicas);
    status = new LimiterStatus(Optional.of("not connected yet"), replicas);
  }

  LimiterStatus status() {
    return status;
  }

  /** How many replicas there have lately been at most. */
  int replicasLately() {
    return census.lately();
  }

  /** Has it run, on an event loop, when Redis turns out not to know this replica. */
  void whenForgotten(Runnable action) {
    whenForgotten.add(action);
  }

  /** Completes once each link has told whether it serves. */
  CompletableFuture<Void> settled() {
    return settled;
  }

  /** The first sight takes too long: what is known until now counts. */
  synchronized void overdue() {
    announce(status);
  }

  /** Nothing is told any more: the links end one by one. */
  synchronized void close() {
    closed = true;
  }

  Link.Listener listener(int link) {
    return new Link.Listener() {
      @Override
      public void serves(boolean serves, String why) {
        changed(link, serves, why);
      }

      @Override
      public void counted(int replicas, boolean forgotten) {
        Health.this.counted(replicas);
        if (forgotten) {
          whenForgotten.forEach(Runnable::run);
        }
      }
    };
  }

  private synchronized void counted(int replicas) {
    census.counted(replicas, System.nanoTime());
    if (replicas != status.replicas()) {
      status = new LimiterStatus(status.problem(), census.now());
    }
  }

  private synchronized void changed(int link, boolean serves, String why) {
    told[link] = true;
    serving[link] = serves;
    boolean all = allTrue(serving);
    boolean before = !status.degraded();
    Optional<String> problem =
        all ? Optional.empty() : serves ? status.problem() : Optional.of(why);
    status = new LimiterStatus(problem, status.replicas());
    if (allTrue(told) || announced) {
      if (!announced || before != all) {
        announce(status);
      }
      settled.complete(null);
    }
  }

  private void announce(LimiterStatus now) {
    if (!closed) {
      announced = true;
      listener.accept(now);
    }
  }

  private static boolean allTrue(boolean[] values) {
    boolean all = true;
    for (boolean value : values) {
      all &= value;
    }
    return all;
  }
}

package dev.penstock.operator.leader;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One operator leads, the others stand by with warm caches. The gate closes by the clock alone when
 * the lease was not renewed in time, so that a process that was stopped for a while and goes on
 * writes nothing; and the lease is handed over on {@link #close}.
 */
final class LeasedLeadership implements Leadership {

  private static final Logger LOG = LoggerFactory.getLogger(LeasedLeadership.class);

  private final ExecutorService executor =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("leader-", 0).factory());
  private final KubernetesClient client;
  private final LeaseOptions options;
  private final TimedLock lock;
  private final Runnable onLead;
  private final Runnable onLost;
  private volatile boolean leading;
  private volatile boolean closed;
  private volatile @Nullable CompletableFuture<?> election;

  /**
   * One that does not try for the lease yet.
   *
   * @param onLead told each time that this operator begins to lead
   * @param onLost told each time that it no longer does
   */
  LeasedLeadership(
      KubernetesClient client, LeaseOptions options, Runnable onLead, Runnable onLost) {
    this.client = client;
    this.options = options;
    this.onLead = onLead;
    this.onLost = onLost;
    this.lock =
        new TimedLock(
            new LeaseLock(options.lease().namespace(), options.lease().name(), options.identity()),
            System::nanoTime,
            this::renewedLate);
  }

  /** Begins to try for the lease, for ever. */
  @Override
  public void start() {
    executor.execute(
        () -> {
          while (!closed) {
            elect();
          }
        });
  }

  private void elect() {
    var elector =
        new LeaderElector(
            client,
            new LeaderElectionConfigBuilder()
                .withName(options.lease().toString())
                .withLock(lock)
                .withLeaseDuration(options.length())
                .withRenewDeadline(options.renewWithin())
                .withRetryPeriod(options.retry())
                .withReleaseOnCancel(true)
                .withLeaderCallbacks(new LeaderCallbacks(this::began, this::ended, this::told))
                .build(),
            executor);
    CompletableFuture<?> running = elector.start();
    election = running;
    if (closed) {
      running.cancel(true);
    }
    try {
      running.join();
    } catch (RuntimeException e) {
      if (!closed) {
        LOG.warn("Leader election ended: {}; it begins anew", e.toString());
      }
    }
  }

  private void began() {
    leading = true;
    LOG.info("Leading as {} by lease {}", options.identity(), options.lease());
    onLead.run();
  }

  /** The gate was shut for a while and nobody else led: what was turned away is looked at anew. */
  private void renewedLate() {
    if (leading) {
      LOG.info("The lease was renewed late");
      onLead.run();
    }
  }

  private void ended() {
    if (leading) {
      leading = false;
      LOG.info("No longer leading");
      onLost.run();
    }
  }

  private void told(String leader) {
    if (!leader.isEmpty() && !leader.equals(options.identity())) {
      LOG.info("Standing by: {} leads", leader);
    }
  }

  @Override
  public boolean isOpen() {
    return leading && lock.renewedWithin(options.renewWithin().toNanos());
  }

  @Override
  public String identity() {
    return options.identity();
  }

  /** Stops to lead and hands the lease over, so that another operator need not wait for its end. */
  @Override
  public void close() {
    closed = true;
    leading = false;
    CompletableFuture<?> running = election;
    if (running != null) {
      running.cancel(true);
    }
    executor.shutdown();
    try {
      if (!executor.awaitTermination(options.retry().toMillis() + 1000, TimeUnit.MILLISECONDS)) {
        executor.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      executor.shutdownNow();
    }
  }
}

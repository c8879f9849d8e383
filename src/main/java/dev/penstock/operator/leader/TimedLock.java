package dev.penstock.operator.leader;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A lock that knows when it was last renewed, by a clock that nobody sets. The time is taken before
 * the request is sent: the lease ends no sooner than its length after that.
 */
final class TimedLock implements Lock {

  private final Lock lock;
  private final LongSupplier nanoClock;
  private final AtomicLong renewedAt;
  private final AtomicBoolean missed = new AtomicBoolean();
  private final Runnable onLate;

  /**
   * One that was renewed just now.
   *
   * @param onLate told when a renewal comes after somebody was told that it had not come in time
   */
  TimedLock(Lock lock, LongSupplier nanoClock, Runnable onLate) {
    this.lock = lock;
    this.nanoClock = nanoClock;
    this.onLate = onLate;
    this.renewedAt = new AtomicLong(nanoClock.getAsLong());
  }

  /** Whether it was renewed by us within so many nanoseconds. */
  boolean renewedWithin(long nanos) {
    boolean inTime = nanoClock.getAsLong() - renewedAt.get() < nanos;
    if (!inTime) {
      missed.set(true);
    }
    return inTime;
  }

  private void renewed(long at) {
    renewedAt.set(at);
    if (missed.getAndSet(false)) {
      onLate.run();
    }
  }

  @Override
  public LeaderElectionRecord get(KubernetesClient client) {
    return lock.get(client);
  }

  @Override
  public void create(KubernetesClient client, LeaderElectionRecord record) {
    long now = nanoClock.getAsLong();
    lock.create(client, record);
    renewed(now);
  }

  @Override
  public void update(KubernetesClient client, LeaderElectionRecord record) {
    long now = nanoClock.getAsLong();
    lock.update(client, record);
    renewed(now);
  }

  @Override
  public String identity() {
    return lock.identity();
  }

  @Override
  public String describe() {
    return lock.describe();
  }
}

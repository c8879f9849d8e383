package dev.penstock.operator.leader;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
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

  TimedLock(Lock lock, LongSupplier nanoClock) {
    this.lock = lock;
    this.nanoClock = nanoClock;
    this.renewedAt = new AtomicLong(nanoClock.getAsLong());
  }

  /** Nanoseconds since the lease was renewed by us. */
  long age() {
    return nanoClock.getAsLong() - renewedAt.get();
  }

  @Override
  public LeaderElectionRecord get(KubernetesClient client) {
    return lock.get(client);
  }

  @Override
  public void create(KubernetesClient client, LeaderElectionRecord record) {
    long now = nanoClock.getAsLong();
    lock.create(client, record);
    renewedAt.set(now);
  }

  @Override
  public void update(KubernetesClient client, LeaderElectionRecord record) {
    long now = nanoClock.getAsLong();
    lock.update(client, record);
    renewedAt.set(now);
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

package dev.penstock.operator.leader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TimedLockTest {

  private static final long LIMIT = 10;

  private final AtomicLong time = new AtomicLong(-3);
  private final AtomicInteger late = new AtomicInteger();
  private final Server server = new Server();
  private final TimedLock lock = new TimedLock(server, time::get, late::incrementAndGet);

  /** Never asked. */
  private final KubernetesClient client =
      new KubernetesClientBuilder().withConfig(Config.empty()).build();

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void aRenewalIsGoodForItsTime() {
    assertTrue(lock.renewedWithin(LIMIT));
    time.addAndGet(LIMIT - 1);
    assertTrue(lock.renewedWithin(LIMIT));
    lock.update(client, record());
    time.addAndGet(LIMIT - 1);
    assertTrue(lock.renewedWithin(LIMIT));
    time.addAndGet(1);
    assertFalse(lock.renewedWithin(LIMIT));
  }

  @Test
  void aRenewalThatIsRefusedIsNone() {
    time.addAndGet(LIMIT);
    server.refuses = true;
    assertThrows(IllegalStateException.class, () -> lock.update(client, record()));
    assertFalse(lock.renewedWithin(LIMIT));
    assertEquals(0, late.get());
  }

  @Test
  void whoWasTurnedAwayIsCalledBackOnceWhenItIsRenewedAfterAll() {
    time.addAndGet(LIMIT);
    assertFalse(lock.renewedWithin(LIMIT));
    assertFalse(lock.renewedWithin(LIMIT));
    lock.update(client, record());
    assertEquals(1, late.get());
    lock.update(client, record());
    assertEquals(1, late.get());
  }

  @Test
  void aLateRenewalThatNobodyNoticedIsNothing() {
    time.addAndGet(LIMIT);
    lock.update(client, record());
    assertEquals(0, late.get());
  }

  private static LeaderElectionRecord record() {
    var now = ZonedDateTime.of(2026, 6, 1, 12, 0, 0, 0, ZoneOffset.UTC);
    return new LeaderElectionRecord("one", Duration.ofSeconds(15), now, now, 0);
  }

  /** Where the lease is. */
  private static final class Server implements Lock {

    private boolean refuses;

    @Override
    public LeaderElectionRecord get(KubernetesClient client) {
      return record();
    }

    @Override
    public void create(KubernetesClient client, LeaderElectionRecord record) {
      update(client, record);
    }

    @Override
    public void update(KubernetesClient client, LeaderElectionRecord record) {
      if (refuses) {
        throw new IllegalStateException("conflict");
      }
    }

    @Override
    public String identity() {
      return "one";
    }

    @Override
    public String describe() {
      return "a lease";
    }
  }
}

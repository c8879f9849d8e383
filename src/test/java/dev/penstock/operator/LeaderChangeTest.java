package dev.penstock.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.testing.ApiProxy;
import dev.penstock.testing.ApiServer;
import dev.penstock.testing.Await;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Of two operators one leads; when it goes, in whichever way, the other one does. */
class LeaderChangeTest {

  @RegisterExtension static final ApiServer API = ApiServer.alone();

  private static final String URL = "backend: {url: 'http://192.0.2.7:9011'}";

  private final Scene scene = Scene.on(API);
  private final ApiProxy firstWay = ApiProxy.before(API);
  private final ApiProxy secondWay = ApiProxy.before(API);
  private OperatorProcess first;
  private OperatorProcess second;

  @BeforeEach
  void start() {
    scene.gateway("{proxy: {service: {type: ClusterIP}}}");
    scene.service("a", "{path: /a, " + URL + "}");
    first = OperatorProcess.start(firstWay.url(), scene.namespace(), "one");
    awaitLeader("one");
    second = OperatorProcess.start(secondWay.url(), scene.namespace(), "two");
    scene.readyProxy("proxy-1");
    scene.awaitService("a", "Ready", "True");
    Await.until("the second one looks for the lease", () -> secondWay.leases() > 0);
    assertEquals(List.of(), secondWay.writes());
  }

  @AfterEach
  void stop() {
    first.close();
    second.close();
    firstWay.close();
    secondWay.close();
  }

  @Test
  void aLeaderThatIsKilledIsReplacedWhenItsLeaseEnds() {
    first.signal("KILL");
    scene.service("b", "{path: /b, " + URL + "}");
    scene.awaitService("b", "Ready", "True");
    assertEquals("two", leader());
  }

  @Test
  void aLeaderThatIsToldToEndHandsItsLeaseOver() {
    long before = System.nanoTime();
    first.signal("TERM");
    awaitLeader("two");
    long took = System.nanoTime() - before;
    assertTrue(
        took < Operators.LEASE_LENGTH.toNanos(), () -> "only after " + Duration.ofNanos(took));
    scene.service("b", "{path: /b, " + URL + "}");
    scene.awaitService("b", "Ready", "True");
  }

  @Test
  void aLeaderThatWakesUpLateWritesNothing() {
    // What it is just sending when it is stopped it goes on to send.
    Await.rest("what it writes", () -> firstWay.writes().size());
    first.signal("STOP");
    awaitLeader("two");
    scene.service("b", "{path: /b, " + URL + "}");
    scene.awaitService("b", "Ready", "True");
    int before = firstWay.writes().size();
    int leases = firstWay.leases();

    first.signal("CONT");
    // It has seen what it missed, and has long had the time to answer to it.
    Await.until("it looks for the lease", () -> firstWay.leases() > leases + 10);

    assertEquals(List.of(), firstWay.writes().subList(before, firstWay.writes().size()));
    assertEquals("two", leader());
  }

  private void awaitLeader(String identity) {
    Await.until(identity + " leads", () -> identity.equals(leader()));
  }

  private String leader() {
    Lease lease = scene.get(Lease.class, Operators.LEASE);
    return lease == null ? "" : String.valueOf(lease.getSpec().getHolderIdentity());
  }
}

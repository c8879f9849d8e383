package dev.penstock.proxy.warmup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.model.Tls;
import dev.penstock.testing.TestCertificates;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class WarmUpTest {

  private static final Duration FOREVER = Duration.ofHours(1);

  @Test
  void everyKindOfRequestIsAnsweredAsExpectedWithoutTls() throws Exception {
    var result = oneRound(Tls.disabled()).run(FOREVER);
    assertEquals(Optional.empty(), result.problem());
    assertEquals(1 + Requests.all().size(), result.requests());
  }

  @Test
  void everyKindOfRequestIsAnsweredAsExpectedWithTlsByHttp1AndHttp2() throws Exception {
    var result = oneRound(secure()).run(FOREVER);
    assertEquals(Optional.empty(), result.problem());
    assertEquals(2 + 2 * Requests.all().size(), result.requests());
  }

  @Test
  void manyConnectionsOneAfterTheOtherAreAllServed() throws Exception {
    var result = new WarmUp(secure(), false, 20 * Requests.all().size()).run(FOREVER);
    assertEquals(Optional.empty(), result.problem());
  }

  @Test
  void itEndsWhenItsTimeIsOver() throws Exception {
    var result = WarmUp.before(Tls.disabled()).run(Duration.ZERO);
    assertEquals(0, result.requests());
    assertEquals(Optional.empty(), result.problem());
  }

  @Test
  void itEndsWhenThePathIsWarm() throws Exception {
    var result = oneRound(Tls.disabled()).run(FOREVER);
    assertEquals(Optional.empty(), result.problem());
    assertTrue(result.took().compareTo(FOREVER) < 0, result::toString);
  }

  @Test
  void aCertificateThatCannotBeServedIsToldAndNothingFails() throws Exception {
    var expired =
        TestCertificates.named("localhost")
            .valid(Instant.now().minusSeconds(200), Instant.now().minusSeconds(100))
            .issue()
            .as("expired");
    var tls = new Tls(Tls.Mode.TERMINATE, Tls.Version.TLS_1_2, List.of(expired));
    var result = oneRound(tls).run(FOREVER);
    assertEquals(0, result.requests());
    assertTrue(result.problem().orElseThrow().contains("expired"), result::toString);
  }

  @Test
  void noThreadIsLeft() throws Exception {
    oneRound(secure()).run(FOREVER); // what Netty keeps for good exists now
    Set<Thread> threads = threads();
    oneRound(secure()).run(FOREVER);
    Set<Thread> left = threads();
    left.removeAll(threads);
    for (Thread thread : left) {
      thread.join(Duration.ofSeconds(10)); // Netty's global executor goes by itself
    }
    left.removeIf(thread -> !thread.isAlive());
    assertEquals(Set.of(), left);
  }

  @Test
  void anInterruptEndsItAndLeavesNoThread() throws Exception {
    Set<Thread> before = threads();
    var outcome = new CompletableFuture<Throwable>();
    Thread warming =
        Thread.ofPlatform()
            .start(
                () ->
                    outcome.complete(
                        assertThrows(
                            InterruptedException.class,
                            () -> WarmUp.beside(Tls.disabled()).run(FOREVER))));
    while (threads().stream().noneMatch(thread -> thread.getName().startsWith("warm-up-peers"))) {
      assertFalse(outcome.isDone(), "ended by itself");
      Thread.onSpinWait();
    }
    warming.interrupt();
    assertTrue(outcome.get(20, TimeUnit.SECONDS) instanceof InterruptedException);
    for (Thread left : threads()) {
      if (!before.contains(left) && left.getName().startsWith("warm-up-peers")) {
        assertTrue(left.join(Duration.ofSeconds(10)), left::toString);
      }
    }
  }

  /** Each kind of request, whatever the machine does beside; one comes before. */
  private static WarmUp oneRound(Tls tls) {
    return new WarmUp(tls, false, 2);
  }

  private static Tls secure() {
    var certificate = TestCertificates.named("ai.example.com").issue().as("warm-up");
    return new Tls(Tls.Mode.TERMINATE, Tls.Version.TLS_1_2, List.of(certificate));
  }

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .collect(Collectors.toSet());
  }
}

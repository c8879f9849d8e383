package dev.penstock.operator.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.model.ResourceName;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class LookupsTest {

  private static final ResourceName GATEWAY = new ResourceName("ai", "default");
  private static final Lookups.Key ONE = new Lookups.Key.OfService(new ResourceName("ai", "one"));
  private static final Lookups.Key TWO = new Lookups.Key.OfService(new ResourceName("ai", "two"));

  private final Lookups lookups = new Lookups();

  @Test
  void whoAskedIsKnownAtOnce() {
    lookups.record(GATEWAY).ask(ONE);
    assertEquals(Set.of(GATEWAY), lookups.askers(ONE));
    assertEquals(Set.of(), lookups.askers(TWO));
  }

  @Test
  void whatIsNoLongerAskedForIsLetGo() {
    Lookups.Recording first = lookups.record(GATEWAY);
    first.ask(ONE);
    first.done();
    Lookups.Recording second = lookups.record(GATEWAY);
    second.ask(TWO);
    assertEquals(Set.of(GATEWAY), lookups.askers(ONE), "until the translation is over");
    second.done();
    assertEquals(Set.of(), lookups.askers(ONE));
    assertEquals(Set.of(GATEWAY), lookups.askers(TWO));
    lookups.forget(GATEWAY);
    assertEquals(Set.of(), lookups.askers(TWO));
  }

  @Test
  void whoAsksWhileAnotherLetsGoIsKnown() throws Exception {
    var other = new ResourceName("ai", "other");
    var over = new AtomicBoolean();
    Thread fickle =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!over.get()) {
                    Lookups.Recording recording = lookups.record(other);
                    recording.ask(ONE);
                    recording.done();
                    lookups.forget(other);
                  }
                });
    int missed = 0;
    for (int i = 0; i < 50_000; i++) {
      lookups.record(GATEWAY).ask(ONE);
      missed += lookups.askers(ONE).contains(GATEWAY) ? 0 : 1;
      Lookups.Recording seen = lookups.record(GATEWAY);
      seen.ask(ONE);
      seen.done();
      lookups.forget(GATEWAY);
    }
    over.set(true);
    fickle.join();
    assertEquals(0, missed);
  }
}

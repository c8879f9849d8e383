package dev.penstock.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HoldOffTest {

  private final AtomicLong time = new AtomicLong(-5);
  private final HoldOff holdOff = new HoldOff(time::get);
  private final HoldOff.State gateway = holdOff.initState();

  @Test
  void theFirstChangeIsServedAtOnceAndTheNextAWhileLater() {
    assertEquals(Optional.empty(), holdOff.isLimited(gateway));
    pass(50);
    assertEquals(Optional.of(Duration.ofMillis(100)), holdOff.isLimited(gateway));
    assertEquals(Optional.empty(), holdOff.isLimited(holdOff.initState()), "another gateway");
    pass(100);
    assertEquals(Optional.empty(), holdOff.isLimited(gateway));
    assertEquals(Optional.of(Duration.ofMillis(150)), holdOff.isLimited(gateway));
  }

  @Test
  void theWhileIsTwiceWhatALookTakesWithinBounds() {
    assertEquals(Optional.empty(), holdOff.isLimited(gateway));
    holdOff.took(Duration.ofMillis(400));
    assertEquals(Optional.of(Duration.ofMillis(800)), holdOff.isLimited(gateway));
    holdOff.took(Duration.ofMinutes(1));
    assertEquals(Optional.of(Duration.ofSeconds(2)), holdOff.isLimited(gateway));
    holdOff.took(Duration.ZERO);
    assertEquals(Optional.of(Duration.ofMillis(150)), holdOff.isLimited(gateway));
  }

  private void pass(long millis) {
    time.addAndGet(Duration.ofMillis(millis).toNanos());
  }
}

package dev.penstock.operator.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {

  private static final long BEGIN = 1_000;

  @Test
  void someGoAtOnceAndTheRestOneAtATime() {
    var pace = new Pace(3, Duration.ofNanos(10), BEGIN);
    assertEquals(0, pace.next(BEGIN));
    assertEquals(0, pace.next(BEGIN));
    assertEquals(0, pace.next(BEGIN));
    assertEquals(10, pace.next(BEGIN));
    assertEquals(10, pace.next(BEGIN + 10));
  }

  @Test
  void whatWasNotUsedMayBeUsedAgainButNoMoreThanThat() {
    var pace = new Pace(2, Duration.ofNanos(10), BEGIN);
    assertEquals(0, pace.next(BEGIN));
    assertEquals(0, pace.next(BEGIN));
    assertEquals(0, pace.next(BEGIN + 1000));
    assertEquals(0, pace.next(BEGIN + 1000));
    assertEquals(10, pace.next(BEGIN + 1000));
  }
}

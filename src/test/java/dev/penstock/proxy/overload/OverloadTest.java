package dev.penstock.proxy.overload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OverloadTest {

  private static final class Made implements MemoryGauge {

    private final boolean connections;
    long used;

    Made(boolean connections) {
      this.connections = connections;
    }

    @Override
    public String name() {
      return "made-up memory";
    }

    @Override
    public long max() {
      return 1000;
    }

    @Override
    public long used() {
      return used;
    }

    @Override
    public boolean heldByConnections() {
      return connections;
    }
  }

  private final Made direct = new Made(true);
  private final Made heap = new Made(false);
  private final List<String> done = new ArrayList<>();
  private final Overload overload =
      new Overload(
          List.of(direct, heap),
          new Overload.Actions() {
            @Override
            public void shedding(boolean on) {
              done.add("shedding " + on);
            }

            @Override
            public void accepting(boolean on) {
              done.add("accepting " + on);
            }

            @Override
            public void giveBack(long bytes) {
              done.add("give back " + bytes);
            }
          });

  private List<String> at(long directUsed, long heapUsed) {
    done.clear();
    direct.used = directUsed;
    heap.used = heapUsed;
    overload.look();
    return List.copyOf(done);
  }

  @Test
  void shedsFromTheHighMarkUntilTheLowOneIsPassed() {
    assertEquals(List.of(), at(799, 0));
    assertEquals(List.of("shedding true"), at(800, 0));
    assertTrue(overload.shedding());
    assertEquals(List.of(), at(700, 0));
    assertEquals(List.of(), at(650, 0));
    assertTrue(overload.shedding());
    assertEquals(List.of("shedding false"), at(649, 0));
    assertFalse(overload.shedding());
  }

  @Test
  void acceptsNothingAboveTheCriticalMarkAndAsksForMemoryBack() {
    assertEquals(List.of("shedding true", "accepting false", "give back 150"), at(950, 0));
    assertEquals(List.of(), at(840, 0));
    assertEquals(List.of("accepting true"), at(790, 0));
    assertTrue(overload.shedding());
  }

  @Test
  void aFullHeapIsNoReasonToBreakOffConnections() {
    assertEquals(List.of("shedding true", "accepting false"), at(0, 950));
  }

  @Test
  void theFullestDecides() {
    assertEquals(List.of("shedding true"), at(0, 800));
    assertEquals(List.of(), at(800, 0));
    assertEquals(List.of("shedding false"), at(0, 0));
  }

  @Test
  void theProcessHasMemoryThatIsMeasured() {
    for (MemoryGauge gauge : MemoryGauge.ofThisProcess()) {
      assertTrue(gauge.max() > 0, gauge.name());
      assertTrue(gauge.used() >= 0 && gauge.used() <= gauge.max(), gauge.name());
    }
  }
}

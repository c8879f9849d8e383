package dev.penstock.proxy.limit.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CensusTest {

  private static final long SECOND = 1_000_000_000L;

  private final Census census = new Census(3);

  @Test
  void what_was_declared_counts_until_the_first_count() {
    assertEquals(3, census.now());
    assertEquals(3, census.lately());
    census.counted(8, 0);
    assertEquals(8, census.now());
    assertEquals(8, census.lately());
  }

  @Test
  void who_is_not_counted_again_yet_was_there_lately() {
    census.counted(8, 0);
    census.counted(1, 100 * SECOND);
    assertEquals(1, census.now());
    assertEquals(8, census.lately());
    census.counted(2, 105 * SECOND);
    assertEquals(8, census.lately());
    census.counted(2, 105 * SECOND + 1);
    assertEquals(2, census.lately());
  }

  @Test
  void the_time_begins_anew_when_all_were_there_again() {
    census.counted(8, 0);
    census.counted(1, SECOND);
    census.counted(8, 2 * SECOND);
    census.counted(7, 6 * SECOND);
    census.counted(7, 10 * SECOND);
    assertEquals(8, census.lately());
    census.counted(7, 11 * SECOND + 1);
    assertEquals(7, census.lately());
  }

  @Test
  void there_is_always_one() {
    census.counted(0, 0);
    assertEquals(1, census.now());
  }
}

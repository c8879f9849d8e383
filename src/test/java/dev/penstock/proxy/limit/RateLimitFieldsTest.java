package dev.penstock.proxy.limit;

import static dev.penstock.proxy.limit.Limits.nodelay;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitFieldsTest {

  private static final RateLimitFields FIELDS = new RateLimitFields(nodelay("1r/s", 6));

  @ParameterizedTest
  @CsvSource({
    "10r/m, 5, 6, 36",
    "6r/m, 3, 4, 40",
    "4r/m, 2, 3, 45",
    "7r/m, 0, 1, 9",
    "1r/h, 1000000, 1000001, 3600003600",
    "999999999r/s, 0, 1, 1"
  })
  void the_policy_tells_what_passes_at_once_and_when_all_of_it_is_back(
      String rate, int burst, long quota, long window) {
    assertEquals(
        "\"default\";q=" + quota + ";w=" + window,
        new RateLimitFields(nodelay(rate, burst)).policy());
  }

  @Test
  void a_pass_tells_what_is_left_and_when_one_more_is_there() {
    assertEquals(
        "\"default\";r=3;t=10",
        FIELDS.limit(new Decision.Allowed(0, 3, 9_000_000_001L, 30_000_000_000L)));
    assertEquals("\"default\";r=6;t=0", FIELDS.limit(new Decision.Allowed(0, 6, 0, 0)));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "999999999, 1", "1000000000, 1", "1000000001, 2", "3600000000000, 3600"})
  void a_refusal_rounds_its_wait_up_to_whole_seconds(long nanos, String seconds) {
    var refused = new Decision.Refused(0, nanos, nanos * 2);
    assertEquals(seconds, RateLimitFields.retryAfter(refused));
    assertEquals("\"default\";r=0;t=" + seconds, FIELDS.limit(refused));
  }

  @Test
  void aShareIsAPolicyOfItsOwnName() {
    var fields = RateLimitFields.ofShare(nodelay("4r/m", 2).shareOf(2));
    assertEquals("\"local\";q=1;w=30", fields.policy());
    assertEquals("\"local\";r=0;t=30", fields.limit(new Decision.Refused(0, 30_000_000_000L, 0)));
  }
}

package dev.penstock.proxy.limit;

import static dev.penstock.proxy.limit.Limits.key;
import static dev.penstock.proxy.limit.Limits.nodelay;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.model.Limiter.FailurePolicy;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is added to a store: the contract still holds, refusals are remembered, policies followed.
 */
class SharedRateLimiterTest extends RateLimiterContract {

  private final ManualClock clock = new ManualClock();
  private final LocalRateLimiter buckets = new LocalRateLimiter(10_000, clock);
  private final AtomicInteger asked = new AtomicInteger();
  private final RateLimiter store =
      (key, limit, cost, then) -> {
        asked.incrementAndGet();
        buckets.decide(key, limit, cost, then);
      };
  private final RateLimiter away = (key, limit, cost, then) -> then.accept(Decision.UNAVAILABLE);
  private final RateLimiter limiter = shared(store, FailurePolicy.CLOSED, 1);

  @Override
  RateLimiter limiter() {
    return limiter;
  }

  @Override
  void advance(long nanos) {
    clock.advance(nanos);
  }

  @Test
  void the_store_is_not_asked_again_before_the_next_token_exists() {
    Limit limit = nodelay("10r/m", 0);
    decide(limiter, limit);
    Decision.Refused first = assertInstanceOf(Decision.Refused.class, decide(limiter, limit));
    for (int i = 1; i <= 1_000; i++) {
      clock.advance(1_000_000);
      Decision.Refused again = assertInstanceOf(Decision.Refused.class, decide(limiter, limit));
      assertEquals(first.retryAfterNanos() - i * 1_000_000L, again.retryAfterNanos());
      assertEquals(first.resetNanos() - i * 1_000_000L, again.resetNanos());
    }
    assertEquals(2, asked.get());
    clock.advance(first.retryAfterNanos() - 1_000_000_000L);
    assertInstanceOf(Decision.Allowed.class, decide(limiter, limit));
  }

  @Test
  void a_new_configuration_forgets_refusals() {
    decide(limiter, nodelay("1r/h", 0));
    assertInstanceOf(Decision.Refused.class, decide(limiter, nodelay("1r/h", 0)));
    assertInstanceOf(Decision.Allowed.class, decide(limiter, nodelay("1r/h", 5)));
  }

  @Test
  void closed_answers_that_nothing_is_known_and_open_lets_pass() {
    Limit limit = nodelay("1r/h", 0);
    for (int i = 0; i < 3; i++) {
      assertInstanceOf(
          Decision.Unavailable.class, decide(shared(away, FailurePolicy.CLOSED, 2), limit));
      assertInstanceOf(
          Decision.Unlimited.class, decide(shared(away, FailurePolicy.OPEN, 2), limit));
    }
  }

  @ParameterizedTest
  @CsvSource({"4r/m,2,1,3,15", "4r/m,2,2,1,30", "4r/m,9,4,2,60", "10r/m,5,3,2,18", "1r/s,0,9,1,9"})
  void local_keeps_to_the_share_of_each_replica(
      String rate, int burst, int replicas, int passes, int secondsEach) {
    RateLimiter local = shared(away, FailurePolicy.LOCAL, replicas);
    Limit limit = nodelay(rate, burst);
    for (int i = passes - 1; i >= 0; i--) {
      var share = assertInstanceOf(Decision.ByShare.class, decide(local, limit));
      assertEquals(i, assertInstanceOf(Decision.Allowed.class, share.decision()).remaining());
      assertEquals(passes, share.share().capacity());
    }
    for (int i = 0; i < 5; i++) {
      var share = assertInstanceOf(Decision.ByShare.class, decide(local, limit));
      var refused = assertInstanceOf(Decision.Refused.class, share.decision());
      assertEquals(secondsEach * 1_000_000_000L, refused.retryAfterNanos());
      clock.advance(refused.retryAfterNanos());
      share = assertInstanceOf(Decision.ByShare.class, decide(local, limit));
      assertInstanceOf(Decision.Allowed.class, share.decision());
    }
  }

  @Test
  void a_million_replicas_of_the_largest_limit_still_count_exactly() {
    Limit share = nodelay("999999999r/s", 1_000_000).shareOf(1_000_000);
    assertEquals(1, share.capacity());
    assertEquals(1_000_001, share.fillNanos());
  }

  @Test
  void a_refusal_that_is_remembered_holds_while_the_store_is_away() {
    var up = new boolean[] {true};
    RateLimiter failing =
        (key, limit, cost, then) -> (up[0] ? store : away).decide(key, limit, cost, then);
    RateLimiter open = shared(failing, FailurePolicy.OPEN, 1);
    Limit limit = nodelay("1r/m", 0);
    decide(open, limit);
    decide(open, limit);
    up[0] = false;
    assertInstanceOf(Decision.Refused.class, decide(open, limit));
    clock.advance(60_000_000_000L);
    assertInstanceOf(Decision.Unlimited.class, decide(open, limit));
  }

  private RateLimiter shared(RateLimiter store, FailurePolicy policy, int replicas) {
    return new SharedRateLimiter(store, buckets, policy, () -> replicas, clock);
  }

  private static Decision decide(RateLimiter limiter, Limit limit) {
    var told = new ArrayList<Decision>();
    limiter.decide(key("tts", 1), limit, 1, told::add);
    assertTrue(told.size() == 1, told::toString);
    return told.getFirst();
  }
}

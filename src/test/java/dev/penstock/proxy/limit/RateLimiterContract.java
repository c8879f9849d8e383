package dev.penstock.proxy.limit;

import static dev.penstock.proxy.limit.Limits.delayed;
import static dev.penstock.proxy.limit.Limits.key;
import static dev.penstock.proxy.limit.Limits.nodelay;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.model.ResourceName;
import dev.penstock.proxy.client.ClientAddress;
import dev.penstock.proxy.limit.Decision.Allowed;
import dev.penstock.proxy.limit.Decision.Refused;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every {@link RateLimiter} does, wherever it keeps its buckets. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
abstract class RateLimiterContract {

  private static final LimitKey KEY = key("tts", 1);

  /** A limiter with no clients yet, the same one throughout a test. */
  abstract RateLimiter limiter();

  /** Moves the limiter's clock, back if negative. */
  abstract void advance(long nanos);

  /** The shortest time that the limiter can tell from none. */
  long resolutionNanos() {
    return 1;
  }

  @ParameterizedTest
  @CsvSource({"10r/m,5", "6r/m,3", "4r/m,2", "7r/m,0", "1r/h,9", "999999r/s,3", "3r/s,100"})
  void burst_and_one_pass_at_once_then_one_each_interval(String rate, int burst) {
    Limit limit = nodelay(rate, burst);
    for (int i = burst; i >= 0; i--) {
      assertEquals(i, allowed(KEY, limit).remaining());
    }
    for (int i = 0; i < 20; i++) {
      Refused refused = refused(KEY, limit);
      assertEquals(0, refused.remaining());
      advance(refused.retryAfterNanos());
      assertEquals(0, allowed(KEY, limit).remaining());
    }
  }

  @Test
  void ten_a_minute_are_one_each_six_seconds() {
    Limit limit = nodelay("10r/m", 0);
    Allowed first = allowed(KEY, limit);
    assertEquals(Duration.ofSeconds(6).toNanos(), first.nextTokenNanos());
    assertEquals(Duration.ofSeconds(6).toNanos(), first.resetNanos());
    advance(Duration.ofMillis(1_500).toNanos());
    assertEquals(Duration.ofMillis(4_500).toNanos(), refused(KEY, limit).retryAfterNanos());
  }

  @Test
  void a_long_run_neither_gains_nor_loses_a_token() {
    // Never full, so that no fraction of a nanosecond spills over.
    Limit limit = nodelay("7r/m", 1);
    allowed(KEY, limit);
    allowed(KEY, limit);
    long minutes = 20;
    long elapsed = 0;
    for (long i = 1; i <= 7 * minutes; i++) {
      long due = Math.ceilDiv(i * 60_000_000_000L, 7 * resolutionNanos()) * resolutionNanos();
      advance(due - elapsed - resolutionNanos());
      refused(KEY, limit);
      advance(resolutionNanos());
      elapsed = due;
      allowed(KEY, limit);
    }
    assertEquals(Duration.ofMinutes(minutes).toNanos(), elapsed);
  }

  @ParameterizedTest
  @CsvSource({"10r/m,5,1", "7r/m,3,1", "1000r/h,9,4", "3r/s,0,1", "999999937r/s,20,7"})
  void waiting_the_time_told_is_enough_and_any_less_is_not(String rate, int burst, long cost) {
    Limit limit = nodelay(rate, burst);
    while (decide(KEY, limit, 1) instanceof Allowed) {
      advance(0);
    }
    Refused refused = assertInstanceOf(Refused.class, decide(KEY, limit, cost));
    advance(refused.retryAfterNanos() - resolutionNanos());
    assertInstanceOf(Refused.class, decide(KEY, limit, cost));
    advance(resolutionNanos());
    assertInstanceOf(Allowed.class, decide(KEY, limit, cost));
  }

  @Test
  void the_times_of_a_pass_tell_when_one_more_is_left_and_when_all_are() {
    Limit limit = nodelay("7r/m", 4);
    allowed(KEY, limit);
    advance(1_234_567_891L);
    Allowed second = allowed(KEY, limit);
    assertEquals(3, second.remaining());
    advance(second.nextTokenNanos() - resolutionNanos());
    assertEquals(3, refused(key("tts", 1), limit, 5).remaining());
    advance(resolutionNanos());
    assertEquals(4, refused(key("tts", 1), limit, 5).remaining());
    advance(second.resetNanos() - second.nextTokenNanos());
    assertEquals(0, assertInstanceOf(Allowed.class, decide(KEY, limit, 5)).remaining());
  }

  @Test
  void a_refused_request_takes_nothing() {
    Limit limit = nodelay("10r/m", 0);
    allowed(KEY, limit);
    for (int i = 0; i < 5_999; i++) {
      advance(Duration.ofMillis(1).toNanos());
      refused(KEY, limit);
    }
    advance(Duration.ofMillis(1).toNanos());
    allowed(KEY, limit);
  }

  @Test
  void an_idle_bucket_holds_no_more_than_its_burst_and_one() {
    Limit limit = nodelay("999999999r/s", 2);
    allowed(KEY, limit);
    advance(Duration.ofDays(20_000).toNanos());
    assertEquals(2, allowed(KEY, limit).remaining());
  }

  @Test
  void clients_services_and_gateways_have_buckets_of_their_own() {
    Limit limit = nodelay("1r/h", 0);
    var otherGateway =
        new LimitScope(ResourceName.parse("ai/internal"), ResourceName.parse("ai/tts"));
    var otherNamespace = new LimitScope(Limits.GATEWAY, ResourceName.parse("dev/tts"));
    var keys =
        List.of(
            key("tts", 1),
            key("tts", 2),
            key("stt", 1),
            new LimitKey(otherGateway, Limits.ipv4(1)),
            new LimitKey(otherNamespace, Limits.ipv4(1)),
            new LimitKey(Limits.scope("tts"), new ClientAddress(1, 0)),
            new LimitKey(Limits.scope("tts"), new ClientAddress(0, 1)));
    keys.forEach(each -> allowed(each, limit));
    keys.forEach(each -> refused(each, limit));
  }

  @Test
  void equal_names_mean_the_same_bucket() {
    allowed(key("tts", 1), nodelay("1r/h", 0));
    refused(key("tts", 1), nodelay("1r/h", 0));
  }

  @Test
  void a_cost_takes_as_many_tokens_or_none() {
    Limit limit = nodelay("1r/s", 9);
    assertEquals(3, assertInstanceOf(Allowed.class, decide(KEY, limit, 7)).remaining());
    Refused refused = refused(KEY, limit, 5);
    assertEquals(3, refused.remaining());
    assertEquals(Duration.ofSeconds(2).toNanos(), refused.retryAfterNanos());
    assertEquals(Duration.ofSeconds(7).toNanos(), refused.resetNanos());
    assertEquals(0, assertInstanceOf(Allowed.class, decide(KEY, limit, 3)).remaining());
  }

  @Test
  void a_cost_that_can_never_pass_is_an_error() {
    Limit limit = nodelay("1r/s", 9);
    assertThrows(IllegalArgumentException.class, () -> decide(KEY, limit, 11));
    assertThrows(IllegalArgumentException.class, () -> decide(KEY, limit, 0));
  }

  @Test
  void beyond_the_delay_requests_wait_their_turn_and_count() {
    Limit limit = delayed("10r/s", 5, 2);
    long interval = Duration.ofMillis(100).toNanos();
    var waits = new ArrayList<Long>();
    for (int i = 0; i < 6; i++) {
      waits.add(allowed(KEY, limit).waitNanos());
    }
    assertEquals(List.of(0L, 0L, 0L, interval, 2 * interval, 3 * interval), waits);
    assertEquals(interval, refused(KEY, limit).retryAfterNanos());
    advance(interval + interval / 4);
    assertEquals(3 * interval - interval / 4, allowed(KEY, limit).waitNanos());
  }

  @Test
  void with_a_delay_of_zero_the_whole_burst_waits() {
    Limit limit = delayed("1r/s", 2, 0);
    assertEquals(0, allowed(KEY, limit).waitNanos());
    assertEquals(Duration.ofSeconds(1).toNanos(), allowed(KEY, limit).waitNanos());
    assertEquals(Duration.ofSeconds(2).toNanos(), allowed(KEY, limit).waitNanos());
  }

  @Test
  void a_clock_that_steps_back_counts_as_no_time() {
    Limit limit = nodelay("1r/s", 1);
    long second = Duration.ofSeconds(1).toNanos();
    allowed(KEY, limit);
    allowed(KEY, limit);
    advance(-second);
    Refused refused = refused(KEY, limit);
    assertEquals(2 * second, refused.retryAfterNanos());
    advance(refused.retryAfterNanos() - resolutionNanos());
    refused(KEY, limit);
    advance(resolutionNanos());
    assertEquals(0, allowed(KEY, limit).remaining());
  }

  @Test
  void what_was_used_stays_used_when_the_rate_changes() {
    Limit slow = nodelay("1r/m", 5);
    allowed(KEY, slow);
    allowed(KEY, slow);
    Limit fast = nodelay("10r/s", 5);
    assertEquals(3, allowed(KEY, fast).remaining());
    advance(Duration.ofMillis(100).toNanos());
    assertEquals(3, allowed(KEY, fast).remaining());
    assertEquals(2, allowed(KEY, slow).remaining());
  }

  @Test
  void a_smaller_burst_leaves_at_worst_an_empty_bucket() {
    Limit wide = nodelay("1r/s", 9);
    assertEquals(2, assertInstanceOf(Allowed.class, decide(KEY, wide, 8)).remaining());
    Limit narrow = nodelay("1r/s", 1);
    Refused refused = refused(KEY, narrow);
    assertEquals(Duration.ofSeconds(1).toNanos(), refused.retryAfterNanos());
    assertEquals(Duration.ofSeconds(2).toNanos(), refused.resetNanos());
  }

  @Test
  void a_larger_burst_is_there_at_once() {
    allowed(KEY, nodelay("1r/s", 0));
    refused(KEY, nodelay("1r/s", 0));
    assertEquals(2, allowed(KEY, nodelay("1r/s", 3)).remaining());
  }

  @Test
  void threads_that_meet_on_one_key_get_exactly_the_burst_and_one() throws Exception {
    assertEquals(1_000, passesOfThreads(nodelay("1r/h", 999), 1, 2_000));
  }

  @Test
  void threads_that_meet_on_many_keys_get_exactly_the_burst_and_one_of_each() throws Exception {
    int keys = 500;
    assertEquals(keys * 3, passesOfThreads(nodelay("1r/h", 2), keys, keys * 2));
  }

  private int passesOfThreads(Limit limit, int keys, int requestsOfEach) throws Exception {
    try (var pool = Executors.newFixedThreadPool(4)) {
      var counts = new ArrayList<Future<Integer>>();
      for (int i = 0; i < 4; i++) {
        counts.add(pool.submit(() -> passes(limit, keys, requestsOfEach)));
      }
      int total = 0;
      for (Future<Integer> count : counts) {
        total += count.get();
      }
      return total;
    }
  }

  private int passes(Limit limit, int keys, int requests) {
    int passed = 0;
    for (int i = 0; i < requests; i++) {
      passed += decide(key("tts", i % keys), limit, 1) instanceof Allowed ? 1 : 0;
    }
    return passed;
  }

  @Test
  void each_decision_is_told_exactly_once() {
    var told = new ArrayList<Decision>();
    Limit limit = nodelay("1r/h", 0);
    limiter().decide(KEY, limit, 1, told::add);
    decide(KEY, limit, 1);
    assertTrue(told.size() == 1 && told.getFirst() instanceof Allowed, told::toString);
  }

  private Allowed allowed(LimitKey key, Limit limit) {
    return assertInstanceOf(Allowed.class, decide(key, limit, 1));
  }

  private Refused refused(LimitKey key, Limit limit) {
    return refused(key, limit, 1);
  }

  private Refused refused(LimitKey key, Limit limit, long cost) {
    return assertInstanceOf(Refused.class, decide(key, limit, cost));
  }

  private Decision decide(LimitKey key, Limit limit, long cost) {
    var answer = new CompletableFuture<Decision>();
    limiter().decide(key, limit, cost, answer::complete);
    try {
      return answer.get(5, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("no decision", e);
    }
  }
}

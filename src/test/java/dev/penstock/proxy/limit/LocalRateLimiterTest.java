package dev.penstock.proxy.limit;

import static dev.penstock.proxy.limit.Limits.key;
import static dev.penstock.proxy.limit.Limits.nodelay;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.penstock.proxy.client.ClientAddress;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jol.info.GraphLayout;

/** The table of this process: the contract, and that its memory is bounded and well used. */
class LocalRateLimiterTest extends RateLimiterContract {

  private static final long BUDGET = 10L << 20;
  private static final Limit ONCE = nodelay("1r/h", 0);

  private final ManualClock clock = new ManualClock();
  private final LocalRateLimiter limiter = new LocalRateLimiter(1_000, clock);

  @Override
  RateLimiter limiter() {
    return limiter;
  }

  @Override
  void advance(long nanos) {
    clock.advance(nanos);
  }

  @Test
  void a_token_a_nanosecond_is_waited_for_in_nanoseconds() {
    Limit limit = nodelay("999999999r/s", 3);
    var told = new ArrayList<Decision>();
    for (int i = 0; i < 5; i++) {
      limiter.decide(key("tts", 1), limit, 1, told::add);
    }
    assertEquals(2, assertInstanceOf(Decision.Refused.class, told.get(4)).retryAfterNanos());
    clock.advance(2);
    limiter.decide(key("tts", 1), limit, 1, told::add);
    assertEquals(0, assertInstanceOf(Decision.Allowed.class, told.get(5)).remaining());
  }

  @Test
  void answers_before_it_returns_on_the_thread_that_asks() {
    var threads = new ArrayList<Thread>();
    limiter.decide(key("tts", 1), ONCE, 1, decision -> threads.add(Thread.currentThread()));
    assertEquals(Thread.currentThread(), threads.getFirst());
  }

  @Test
  void the_client_asked_longest_ago_is_forgotten_first() {
    var small = new LocalRateLimiter(3, clock);
    assertTrue(passes(small, key("tts", 1)));
    assertTrue(passes(small, key("stt", 2)));
    assertTrue(passes(small, key("tts", 3)));
    assertFalse(passes(small, key("tts", 1)), "refused, which keeps it fresh");
    assertTrue(passes(small, key("tts", 4)), "in the place of stt 2");
    assertFalse(passes(small, key("tts", 1)));
    assertFalse(passes(small, key("tts", 3)));
    assertFalse(passes(small, key("tts", 4)));
    assertTrue(passes(small, key("stt", 2)), "forgotten");
    assertTrue(passes(small, key("tts", 1)), "forgotten in its turn");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 100, 2_048, 5_000, 20_000})
  void a_table_of_any_size_remembers_as_many_clients(int maxClients) {
    var table = new LocalRateLimiter(maxClients, clock);
    assertEquals(maxClients, passing(table, 0, maxClients));
    assertEquals(0, passing(table, 0, maxClients));
    assertEquals(3 * maxClients, passing(table, maxClients, 4 * maxClients));
  }

  @Test
  void keys_whose_hashes_collide_stay_apart() {
    var segment = new Segment(10, new KeyHash(new SplittableRandom(1)));
    var keys =
        List.of(
            key("tts", 1),
            key("stt", 1),
            key("tts", 2),
            new LimitKey(Limits.scope("tts"), new ClientAddress(7, Limits.ipv4(1).low())));
    for (LimitKey key : keys) {
      assertInstanceOf(Decision.Allowed.class, segment.decide(key, 0, ONCE, 1, 0));
    }
    for (LimitKey key : keys) {
      assertInstanceOf(Decision.Refused.class, segment.decide(key, 0, ONCE, 1, 0));
    }
  }

  @Test
  void ten_mebibytes_remember_160_000_clients() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    new LocalRateLimiter(1, clock); // so that loading classes is not counted
    long before = threads.getCurrentThreadAllocatedBytes();
    var table = new LocalRateLimiter(LocalRateLimiter.DEFAULT_MAX_CLIENTS, clock);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(allocated <= BUDGET, () -> allocated + " bytes at the start");

    assertEquals(160_000, passing(table, 0, 160_000));
    assertEquals(0, passing(table, 0, 160_000), "each is remembered");
    long held = GraphLayout.parseInstance(table).totalSize();
    assertTrue(held <= BUDGET, () -> held + " bytes with 160,000 clients");
  }

  @Test
  void a_flood_of_a_million_clients_neither_grows_it_nor_frees_who_keeps_asking() {
    var table = new LocalRateLimiter(10_000, clock);
    passing(table, 0, 100_000); // more than each of its parts has room for
    long before = GraphLayout.parseInstance(table).totalSize();
    LimitKey offender = key("llm", -1);
    assertTrue(passes(table, offender));
    for (int i = 0; i < 1_000_000; i++) {
      passes(table, key("tts", i));
      if (i % 500 == 0) {
        assertFalse(passes(table, offender));
      }
    }
    assertEquals(before, GraphLayout.parseInstance(table).totalSize());
  }

  @Test
  void room_for_clients_is_made_as_they_come() {
    var table = new LocalRateLimiter(LocalRateLimiter.DEFAULT_MAX_CLIENTS, clock);
    long empty = GraphLayout.parseInstance(table).totalSize();
    assertTrue(empty <= BUDGET / 50, () -> empty + " bytes with no client");
    assertEquals(1_000, passing(table, 0, 1_000));
    long few = GraphLayout.parseInstance(table).totalSize();
    assertTrue(few <= BUDGET / 25, () -> few + " bytes with 1,000 clients");
  }

  @Test
  void a_decision_leaves_little_to_collect() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    LimitKey key = key("tts", 1);
    for (int i = 0; i < 1_000; i++) {
      limiter.decide(key, ONCE, 1, decision -> {});
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 1_000; i++) {
      limiter.decide(key, ONCE, 1, decision -> {});
    }
    long each = (threads.getCurrentThreadAllocatedBytes() - before) / 1_000;
    assertTrue(each <= 64, () -> each + " bytes a decision");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MAX_VALUE})
  void a_size_out_of_range_is_refused(int maxClients) {
    assertThrows(IllegalArgumentException.class, () -> new LocalRateLimiter(maxClients, clock));
  }

  private static int passing(RateLimiter table, int from, int to) {
    int passed = 0;
    LimitScope scope = Limits.scope("tts");
    for (int i = from; i < to; i++) {
      passed += passes(table, new LimitKey(scope, Limits.ipv4(i))) ? 1 : 0;
    }
    return passed;
  }

  private static boolean passes(RateLimiter table, LimitKey key) {
    var passed = new boolean[1];
    table.decide(key, ONCE, 1, decision -> passed[0] = decision instanceof Decision.Allowed);
    return passed[0];
  }
}

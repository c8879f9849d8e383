package dev.penstock.proxy.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.proxy.limit.redis.TestStore;
import dev.penstock.testing.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is asked of one bucket together is one question to Redis, and as exact as one by one. */
class RedisTogetherTest {

  private RedisServer server;
  private TestStore store;

  @BeforeEach
  void start() {
    server = RedisServer.start();
    store = TestStore.of(TestStore.standalone(server, Duration.ofSeconds(5)), 1);
  }

  @AfterEach
  void stop() {
    store.close();
    server.close();
  }

  private record Asking(int client, Limit limit, long cost) {}

  /** Asks all in one go of the event loop. */
  private List<Decision> ask(List<Asking> all) {
    var decisions = new CopyOnWriteArrayList<Decision>();
    store
        .group()
        .next()
        .execute(
            () ->
                all.forEach(
                    each ->
                        store.decide(
                            Limits.key("tts", each.client()),
                            each.limit(),
                            each.cost(),
                            decisions::add)));
    RedisServer.await("all are answered", () -> decisions.size() == all.size());
    return decisions;
  }

  private long asked() {
    return server.calls("evalsha");
  }

  private static List<Long> remaining(List<Decision> decisions) {
    return decisions.stream()
        .map(
            decision ->
                switch (decision) {
                  case Decision.Allowed allowed -> allowed.remaining();
                  case Decision.Refused refused -> -1 - refused.remaining();
                  default -> throw new AssertionError(decision);
                })
        .toList();
  }

  @Test
  void the_first_to_ask_are_the_first_to_pass_and_redis_is_asked_once() {
    Limit limit = Limits.nodelay("4r/m", 2);
    ask(List.of(new Asking(2, limit, 1)));
    long before = asked();
    var all = new ArrayList<Asking>();
    for (int i = 0; i < 500; i++) {
      all.add(new Asking(1, limit, 1));
    }
    List<Decision> decisions = ask(all);
    assertEquals(1, asked() - before);
    assertEquals(List.of(2L, 1L, 0L, -1L, -1L), remaining(decisions).subList(0, 5));
    assertEquals(3, decisions.stream().filter(Decision.Allowed.class::isInstance).count());
    assertEquals(List.of(-1L), remaining(ask(List.of(new Asking(1, limit, 1)))));
  }

  @Test
  void many_that_fit_are_taken_to_the_token() {
    Limit limit = Limits.nodelay("1r/h", 999_999);
    var all = new ArrayList<Asking>();
    for (int i = 0; i < 10_000; i++) {
      all.add(new Asking(1, limit, 7));
    }
    List<Long> remaining = remaining(ask(all));
    assertEquals(1_000_000 - 70_000, remaining.getLast());
    List<Asking> rest = List.of(new Asking(1, limit, 930_000), new Asking(1, limit, 1));
    assertEquals(List.of(0L, -1L), remaining(ask(rest)));
  }

  @Test
  void other_clients_costs_and_limits_ask_for_themselves() {
    Limit limit = Limits.nodelay("1r/h", 9);
    Limit other = Limits.nodelay("1r/h", 19);
    ask(List.of(new Asking(9, limit, 1)));
    long before = asked();
    var all =
        List.of(
            new Asking(1, limit, 1),
            new Asking(2, limit, 1),
            new Asking(1, limit, 4),
            new Asking(1, limit, 4),
            new Asking(1, other, 1));
    assertEquals(List.of(9L, 9L, 5L, 1L, 10L), remaining(ask(all)));
    assertEquals(4, asked() - before);
  }

  @Test
  void all_are_answered_when_redis_is_away() {
    Limit limit = Limits.nodelay("1r/h", 9);
    server.kill();
    RedisServer.await("it is away", () -> store.store().status().degraded());
    List<Decision> decisions =
        ask(List.of(new Asking(1, limit, 1), new Asking(1, limit, 1), new Asking(1, limit, 1)));
    assertTrue(decisions.stream().allMatch(Decision.Unavailable.class::isInstance));
  }
}

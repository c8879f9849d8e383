package dev.penstock.proxy.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.proxy.queue.PermitQueue.Permit;
import dev.penstock.proxy.queue.PermitQueue.Refusal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** What every {@link PermitQueue} does, wherever its permits lie. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
abstract class PermitQueueContract {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** A queue with nobody in it. */
  abstract PermitQueue queue(int maxInFlight, int maxDepth);

  /** Moves the clock of the estimates; where there is none to move, waits as long. */
  abstract void advance(Duration time);

  /** Waits until whatever is under way has come to rest; none by default. */
  void settle() {}

  @Test
  void as_many_as_permitted_are_out_at_once() {
    PermitQueue queue = queue(3, 10);
    List<Permit> out = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      out.add(new Asked(queue, "a").permit());
    }
    Asked fourth = waiting(queue, "b");
    settle();
    assertTrue(fourth.undecided());
    out.getFirst().release();
    fourth.permit();
  }

  @Test
  void one_client_is_served_in_the_order_in_which_it_came() {
    PermitQueue queue = queue(1, 10);
    Permit first = new Asked(queue, "a").permit();
    Map<String, Asked> asked = new LinkedHashMap<>();
    for (String name : List.of("one", "two", "three")) {
      asked.put(name, waiting(queue, "a"));
    }
    assertEquals(List.of("one", "two", "three"), served(first, asked));
  }

  @Test
  void clients_take_turns() {
    PermitQueue queue = queue(1, 20);
    Permit first = new Asked(queue, "flood").permit();
    Map<String, Asked> asked = new LinkedHashMap<>();
    for (int i = 1; i <= 4; i++) {
      asked.put("flood" + i, waiting(queue, "flood"));
    }
    asked.put("b1", waiting(queue, "b"));
    asked.put("c1", waiting(queue, "c"));
    asked.put("b2", waiting(queue, "b"));
    // The one that is out was a turn of the flood's as well.
    assertEquals(
        List.of("b1", "c1", "flood1", "b2", "flood2", "flood3", "flood4"), served(first, asked));
  }

  @Test
  void who_comes_late_does_not_catch_up_on_turns_that_are_over() {
    PermitQueue queue = queue(1, 20);
    Permit out = new Asked(queue, "a").permit();
    Map<String, Asked> asked = new LinkedHashMap<>();
    for (int i = 1; i <= 4; i++) {
      asked.put("a" + i, waiting(queue, "a"));
    }
    out.release();
    out = take(asked, "a1");
    out.release();
    out = take(asked, "a2");
    asked.put("late1", waiting(queue, "late"));
    asked.put("late2", waiting(queue, "late"));
    asked.put("late3", waiting(queue, "late"));
    assertEquals(List.of("late1", "a3", "late2", "a4", "late3"), served(out, asked));
  }

  @Test
  void positions_count_who_is_before() {
    PermitQueue queue = queue(1, 20);
    Asked out = new Asked(queue, "a");
    Permit permit = out.permit();
    Asked a1 = waiting(queue, "a");
    Asked a2 = waiting(queue, "a");
    Asked b1 = waiting(queue, "b");
    awaitPositions(Map.of(b1, 1, a1, 2, a2, 3));
    assertEquals(0, out.place().position());
    permit.release();
    b1.permit();
    awaitPositions(Map.of(a1, 1, a2, 2, b1, 0));
    a1.place().leave();
    awaitPositions(Map.of(a2, 1, a1, 0));
  }

  @Test
  void nobody_is_let_in_beyond_the_depth() {
    PermitQueue queue = queue(1, 2);
    Permit out = new Asked(queue, "a").permit();
    Asked waits = waiting(queue, "b");
    waiting(queue, "d");
    assertInstanceOf(Refusal.Full.class, new Asked(queue, "c").refusal());
    out.release();
    waits.permit();
    assertTrue(waiting(queue, "c").undecided());
  }

  @Test
  void without_depth_what_cannot_be_served_at_once_is_refused() {
    PermitQueue queue = queue(1, 0);
    Permit out = new Asked(queue, "a").permit();
    assertInstanceOf(Refusal.Full.class, new Asked(queue, "b").refusal());
    out.release();
    granted(queue, "b");
  }

  @Test
  void a_refusal_estimates_by_how_often_a_permit_comes_back() {
    PermitQueue queue = queue(1, 0);
    for (int i = 0; i < 20; i++) {
      Permit out = granted(queue, "a");
      advance(Duration.ofMillis(200));
      out.release();
    }
    granted(queue, "a");
    long estimate =
        assertInstanceOf(Refusal.Full.class, new Asked(queue, "b").refusal()).retryAfterNanos();
    assertTrue(
        estimate > Duration.ofMillis(100).toNanos() && estimate < Duration.ofSeconds(1).toNanos(),
        () -> estimate + " ns");
  }

  @Test
  void who_leaves_frees_its_place_at_once() {
    PermitQueue queue = queue(1, 1);
    Permit out = new Asked(queue, "a").permit();
    Asked leaves = waiting(queue, "b");
    leaves.place().leave();
    Asked takesIt = waiting(queue, "c");
    out.release();
    takesIt.permit();
    settle();
    assertTrue(leaves.undecided());
  }

  @Test
  void who_leaves_twice_frees_one_place() {
    PermitQueue queue = queue(1, 2);
    Permit out = new Asked(queue, "a").permit();
    Asked leaves = waiting(queue, "b");
    waiting(queue, "c");
    leaves.place().leave();
    leaves.place().leave();
    waiting(queue, "d");
    assertInstanceOf(Refusal.Full.class, new Asked(queue, "e").refusal());
    out.release();
  }

  @Test
  void leaving_with_the_permit_in_hand_does_not_give_it_back() {
    PermitQueue queue = queue(1, 1);
    Asked holder = new Asked(queue, "a");
    Permit out = holder.permit();
    holder.place().leave();
    Asked next = waiting(queue, "b");
    settle();
    assertTrue(next.undecided());
    out.release();
    next.permit();
  }

  @Test
  void a_permit_comes_back_once() {
    PermitQueue queue = queue(1, 5);
    Permit out = new Asked(queue, "a").permit();
    Asked second = waiting(queue, "b");
    Asked third = waiting(queue, "c");
    out.release();
    Permit next = second.permit();
    out.release();
    settle();
    assertTrue(third.undecided());
    next.release();
    third.permit();
  }

  @Test
  void more_permits_serve_who_waits() {
    PermitQueue queue = queue(1, 5);
    new Asked(queue, "a").permit();
    Asked b = waiting(queue, "b");
    Asked c = waiting(queue, "c");
    Asked d = waiting(queue, "d");
    queue.resize(3, 5);
    b.permit();
    c.permit();
    settle();
    assertTrue(d.undecided());
  }

  @Test
  void with_fewer_permits_nobody_follows_until_so_many_are_back() {
    PermitQueue queue = queue(3, 5);
    List<Permit> out = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      out.add(new Asked(queue, "a").permit());
    }
    Asked waits = waiting(queue, "b");
    queue.resize(1, 5);
    out.get(0).release();
    out.get(1).release();
    settle();
    assertTrue(waits.undecided());
    out.get(2).release();
    waits.permit();
  }

  @Test
  void a_smaller_depth_keeps_who_waits_already() {
    PermitQueue queue = queue(1, 3);
    Permit out = new Asked(queue, "a").permit();
    Asked b = waiting(queue, "b");
    Asked c = waiting(queue, "c");
    queue.resize(1, 1);
    assertInstanceOf(Refusal.Full.class, new Asked(queue, "d").refusal());
    out.release();
    b.permit().release();
    c.permit();
  }

  @Test
  void it_is_idle_when_all_are_gone() {
    PermitQueue queue = queue(1, 3);
    assertTrue(queue.idle());
    Permit out = new Asked(queue, "a").permit();
    assertFalse(queue.idle());
    Asked leaves = waiting(queue, "b");
    out.release();
    leaves.permit().release();
    await("idle", queue::idle);
  }

  /** Whatever happens in whichever order, all permits can be taken again in the end. */
  @RepeatedTest(5)
  void no_permit_leaks(RepetitionInfo info) {
    var random = new Random(info.getCurrentRepetition());
    int permits = 1 + random.nextInt(3);
    PermitQueue queue = queue(permits, 8);
    var asked = new ArrayDeque<Asked>();
    for (int i = 0; i < 300; i++) {
      if (asked.size() < 12 && random.nextInt(3) > 0) {
        asked.add(new Asked(queue, "client" + random.nextInt(4)));
      } else if (!asked.isEmpty()) {
        end(random.nextBoolean() ? asked.removeFirst() : asked.removeLast());
      }
    }
    asked.forEach(PermitQueueContract::end);
    await("idle", queue::idle);
    for (int i = 0; i < permits; i++) {
      granted(queue, "a");
    }
    Asked beyond = waiting(queue, "a");
    settle();
    assertTrue(beyond.undecided());
  }

  private static void end(Asked asked) {
    asked.place().leave();
    asked.releaseIfGranted();
  }

  /** Releases permit after permit and notes who gets the next. */
  private static List<String> served(Permit first, Map<String, Asked> asked) {
    List<String> order = new ArrayList<>();
    Permit out = first;
    while (!asked.isEmpty()) {
      out.release();
      await("the next is served", () -> asked.values().stream().anyMatch(a -> !a.undecided()));
      String name =
          asked.entrySet().stream()
              .filter(each -> !each.getValue().undecided())
              .map(Map.Entry::getKey)
              .findFirst()
              .orElseThrow();
      order.add(name);
      out = take(asked, name);
    }
    return order;
  }

  private static Permit take(Map<String, Asked> asked, String name) {
    Asked next = asked.remove(name);
    return next.permit();
  }

  /** Enters, and waits until it is known to wait, so that the next comes behind it. */
  private static Asked waiting(PermitQueue queue, String client) {
    var asked = new Asked(queue, client);
    await("it waits", () -> asked.place().position() > 0);
    return asked;
  }

  /** Asks again as long as the permit that was given back is still on its way. */
  private static Permit granted(PermitQueue queue, String client) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Object decision = new Asked(queue, client).decision();
      if (decision instanceof Permit permit) {
        return permit;
      }
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("no permit: " + decision);
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static void awaitPositions(Map<Asked, Integer> expected) {
    await(
        "positions " + expected.values(),
        () ->
            expected.entrySet().stream()
                .allMatch(each -> each.getKey().place().position() == each.getValue()));
  }

  static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("not within " + PATIENCE + ": " + what);
      }
      LockSupport.parkNanos(1_000_000);
    }
  }
}

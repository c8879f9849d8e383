package dev.penstock.proxy.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.proxy.queue.PermitQueue.Permit;
import dev.penstock.proxy.queue.PermitQueue.Place;
import dev.penstock.proxy.queue.PermitQueue.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class LocalPermitQueueTest extends PermitQueueContract {

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1000);

  @Override
  PermitQueue queue(int maxInFlight, int maxDepth) {
    return new LocalPermitQueue(maxInFlight, maxDepth, now::get);
  }

  @Override
  void advance(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void a_free_permit_is_there_before_asking_returns() {
    PermitQueue queue = queue(1, 1);
    assertTrue(!new Asked(queue, "a").undecided());
  }

  @Test
  void a_waiter_that_fails_gives_its_permit_back_and_the_next_is_served() {
    PermitQueue queue = queue(1, 5);
    Permit out = new Asked(queue, "a").permit();
    queue.enter("b", new Failing());
    Asked behind = new Asked(queue, "c");
    assertThrows(IllegalStateException.class, out::release);
    behind.permit();
  }

  @Test
  void a_thousand_who_give_up_at_once_do_not_pile_up_on_the_stack() {
    PermitQueue queue = queue(1, 100_000);
    Permit out = new Asked(queue, "a").permit();
    var served = new AtomicInteger();
    for (int i = 0; i < 50_000; i++) {
      queue.enter("b", new GivesBack(served));
    }
    out.release();
    assertEquals(50_000, served.get());
    assertTrue(queue.idle());
  }

  @Test
  void without_experience_the_estimate_is_the_time_it_took_so_far() {
    PermitQueue queue = queue(1, 0);
    new Asked(queue, "a").permit();
    advance(Duration.ofSeconds(7));
    assertEquals(
        new Refusal.Full(Duration.ofSeconds(7).toNanos()), new Asked(queue, "b").refusal());
  }

  @Test
  void an_estimate_counts_what_has_passed_and_grows_when_it_is_overdue() {
    PermitQueue queue = queue(1, 0);
    Permit out = new Asked(queue, "a").permit();
    advance(Duration.ofSeconds(10));
    out.release();
    new Asked(queue, "a").permit();
    advance(Duration.ofSeconds(4));
    assertEquals(
        new Refusal.Full(Duration.ofSeconds(6).toNanos()), new Asked(queue, "b").refusal());
    advance(Duration.ofSeconds(11));
    assertEquals(
        new Refusal.Full(Duration.ofSeconds(5).toNanos()), new Asked(queue, "b").refusal());
  }

  @Test
  void clients_without_number_are_not_remembered_for_ever() {
    var order = new FairOrder<String>();
    for (int i = 0; i < 100_000; i++) {
      order.passed("client" + i);
    }
    assertTrue(order.remembered() < 5000, () -> order.remembered() + " clients");
  }

  /** Grants, departures and releases from all sides at once. */
  @Test
  void in_a_race_never_more_than_permitted_are_out_and_all_comes_back() throws Exception {
    var queue = new LocalPermitQueue(3, 20, System::nanoTime);
    var out = new AtomicInteger();
    var most = new AtomicInteger();
    var racers = new ArrayList<Future<?>>();
    try (var threads = Executors.newFixedThreadPool(8)) {
      for (int seed = 0; seed < 8; seed++) {
        var random = new Random(seed);
        racers.add(threads.submit(() -> race(queue, random, out, most)));
      }
    }
    for (Future<?> racer : racers) {
      get(racer);
    }
    assertTrue(most.get() <= 3, () -> most + " were out");
    assertEquals(0, out.get());
    assertTrue(queue.idle());
    assertEquals(3, grantable(queue));
  }

  private static void race(
      PermitQueue queue, Random random, AtomicInteger out, AtomicInteger most) {
    List<Racer> racers = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      var racer = new Racer(out, most);
      racer.place.set(queue.enter("client" + random.nextInt(5), racer));
      racers.add(racer);
      if (racers.size() > random.nextInt(6)) {
        racers.remove(random.nextInt(racers.size())).end(random.nextBoolean());
      }
    }
    racers.forEach(racer -> racer.end(true));
  }

  private static int grantable(PermitQueue queue) {
    int count = 0;
    while (new Asked(queue, "a").place().position() == 0) {
      count++;
    }
    return count;
  }

  private static void get(Future<?> future) throws InterruptedException {
    try {
      future.get();
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    }
  }

  /** Leaves and gives back whenever it likes; as the stage does, also what comes after it left. */
  private static final class Racer implements PermitQueue.Waiter {

    private final AtomicReference<Place> place = new AtomicReference<>();
    private final AtomicInteger out;
    private final AtomicInteger most;
    private final List<Permit> permit = new ArrayList<>();
    private boolean ended;

    Racer(AtomicInteger out, AtomicInteger most) {
      this.out = out;
      this.most = most;
    }

    @Override
    public synchronized void granted(Permit granted) {
      most.accumulateAndGet(out.incrementAndGet(), Math::max);
      if (ended) {
        giveBack(granted);
      } else {
        permit.add(granted);
      }
    }

    @Override
    public void refused(Refusal refusal) {}

    void end(boolean leaveFirst) {
      List<Permit> held;
      synchronized (this) {
        ended = true;
        held = List.copyOf(permit);
        permit.clear();
      }
      if (leaveFirst) {
        place.get().leave();
      }
      held.forEach(this::giveBack);
      place.get().leave();
    }

    private void giveBack(Permit granted) {
      out.decrementAndGet();
      granted.release();
      granted.release();
    }
  }

  private static final class Failing implements PermitQueue.Waiter {

    @Override
    public void granted(Permit permit) {
      throw new IllegalStateException("on purpose");
    }

    @Override
    public void refused(Refusal refusal) {}
  }

  private record GivesBack(AtomicInteger served) implements PermitQueue.Waiter {

    @Override
    public void granted(Permit permit) {
      served.incrementAndGet();
      permit.release();
    }

    @Override
    public void refused(Refusal refusal) {}
  }
}

package dev.penstock.proxy.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class StartGateTest {

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final ScheduledExecutorService timer = channel.eventLoop();
  private final AtomicLong now = new AtomicLong();
  private final StartGate<String> gate = new StartGate<>(now::get);
  private final List<String> went = new ArrayList<>();

  private final class Request implements StartGate.Held {

    private final String name;

    Request(String name) {
      this.name = name;
    }

    @Override
    public void go() {
      went.add(name);
    }
  }

  StartGateTest() {
    channel.freezeTime();
  }

  private void advance(long millis) {
    now.addAndGet(Duration.ofMillis(millis).toNanos());
    channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
  }

  private void fails(StartGate.Held request) {
    gate.failed(request, "refused", -1, true, timer);
  }

  @Test
  void an_open_gate_lets_all_pass() {
    assertTrue(gate.enter(new Request("a"), timer));
    assertTrue(gate.enter(new Request("b"), timer));
    assertFalse(gate.isShut());
  }

  @Test
  void after_a_failure_one_tries_and_the_others_are_held() {
    var a = new Request("a");
    fails(a);
    assertFalse(gate.enter(new Request("b"), timer));
    assertFalse(gate.enter(new Request("c"), timer));
    advance(249);
    assertEquals(List.of(), went);
    advance(1);
    assertEquals(List.of("a"), went);
    advance(10_000);
    assertEquals(List.of("a"), went, "nobody else while it tries");
    assertTrue(gate.enter(a, timer), "who tries may try");
    gate.answered();
    assertEquals(List.of("a", "b", "c"), went);
    assertFalse(gate.isShut());
    assertNull(gate.lastFailure());
  }

  @Test
  void the_pause_grows_up_to_two_seconds() {
    var a = new Request("a");
    for (long pause : List.of(250L, 500L, 1000L, 2000L, 2000L, 2000L)) {
      fails(a);
      advance(pause - 1);
      assertEquals(List.of(), went, () -> "before " + pause);
      advance(1);
      assertEquals(List.of("a"), went, () -> "after " + pause);
      went.clear();
    }
  }

  @Test
  void the_backend_says_itself_when_to_come_again() {
    var a = new Request("a");
    gate.failed(a, "starting", Duration.ofSeconds(7).toNanos(), true, timer);
    advance(6_999);
    assertEquals(List.of(), went);
    advance(1);
    assertEquals(List.of("a"), went);
  }

  @Test
  void a_backend_that_says_at_once_is_not_hammered() {
    gate.failed(new Request("a"), "starting", 0, true, timer);
    advance(249);
    assertEquals(List.of(), went);
    advance(1);
    assertEquals(List.of("a"), went);
  }

  @Test
  void who_failed_before_it_was_shut_waits_with_the_others() {
    fails(new Request("a"));
    fails(new Request("b"));
    advance(250);
    assertEquals(List.of("a"), went);
  }

  @Test
  void the_next_tries_when_the_one_that_tried_has_left() {
    var a = new Request("a");
    fails(a);
    fails(new Request("b"));
    advance(250);
    gate.left(a, timer);
    advance(249);
    assertEquals(List.of("a"), went);
    advance(1);
    assertEquals(List.of("a", "b"), went);
  }

  @Test
  void who_left_is_not_told() {
    var a = new Request("a");
    fails(a);
    fails(new Request("b"));
    gate.left(a, timer);
    advance(250);
    assertEquals(List.of("b"), went);
  }

  @Test
  void who_comes_when_all_have_left_tries_when_the_pause_is_over() {
    var a = new Request("a");
    gate.failed(a, "refused", -1, false, timer);
    var b = new Request("b");
    assertFalse(gate.enter(b, timer));
    advance(250);
    assertEquals(List.of("b"), went);
    gate.left(b, timer);
    advance(250);
    assertTrue(gate.enter(new Request("c"), timer));
    assertEquals("refused", gate.lastFailure());
  }
}

package dev.penstock.proxy.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.model.Concurrency;
import dev.penstock.ops.ProxyMetrics;
import dev.penstock.proxy.queue.PermitQueue;
import dev.penstock.proxy.queue.PermitQueue.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Grants, departures and the end of a request, in every order in which they may cross. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class QueueStageTest {

  private final FakeQueue queue = new FakeQueue();
  private final ProxyMetrics metrics = new ProxyMetrics();
  private final StageRequest request = StageRequest.get("");
  private boolean stopping;
  private final QueueStage stage =
      new QueueStage(
          queue,
          new Concurrency(
              1,
              Optional.of(new Concurrency.Queue(9, Duration.ofSeconds(60), Optional.empty())),
              Concurrency.ColdStart.FAIL),
          metrics.route("ai/s").queue(),
          () -> stopping);

  QueueStageTest() {
    request.channel().freezeTime();
  }

  @AfterEach
  void close() {
    metrics.close();
  }

  private void runLoop() {
    request.channel().runPendingTasks();
  }

  private void timeOut() {
    request.channel().advanceTimeBy(60, TimeUnit.SECONDS);
    request.channel().runScheduledPendingTasks();
  }

  private double gauge(String name) {
    return metrics.registry().get(name).gauge().value();
  }

  private void assertNothingHeld() {
    assertEquals(queue.granted, queue.released, "permits");
    assertEquals(0, gauge("penstock.queue.in.flight"));
    assertEquals(0, gauge("penstock.queue.waiting"));
  }

  @Test
  void a_permit_that_is_there_lets_it_pass_at_once_and_is_given_back_at_the_end() {
    queue.free = true;
    assertEquals(StageResult.CONTINUE, request.ask(stage));
    assertEquals(1, gauge("penstock.queue.in.flight"));
    assertEquals(0, request.context().queuePosition());
    request.context().end();
    assertNothingHeld();
  }

  @Test
  void the_client_is_who_the_rate_limit_counts() {
    request.ask(stage);
    assertEquals(StageRequest.CLIENT, queue.client);
  }

  @Test
  void a_permit_that_comes_later_goes_on_in_a_turn_of_its_own() {
    assertEquals(StageResult.PENDING, request.ask(stage));
    assertEquals(1, gauge("penstock.queue.waiting"));
    assertEquals(3, request.context().queuePosition());
    queue.grant();
    assertEquals(List.of(), request.later());
    runLoop();
    assertEquals(List.of(StageResult.CONTINUE), request.later());
    request.context().end();
    assertNothingHeld();
    assertEquals(1, queue.left, "leaving with the permit in hand does nothing");
  }

  @Test
  void a_request_that_ends_while_it_waits_leaves() {
    request.ask(stage);
    request.context().end();
    assertEquals(1, queue.left);
    timeOut();
    assertEquals(List.of(), request.later());
    assertNothingHeld();
  }

  @Test
  void a_permit_that_comes_after_the_end_goes_back() {
    request.ask(stage);
    queue.grant();
    request.context().end();
    runLoop();
    assertEquals(List.of(), request.later());
    assertNothingHeld();
  }

  @Test
  void a_permit_that_comes_when_the_proxy_stops_goes_back() {
    request.ask(stage);
    stopping = true;
    queue.grant();
    runLoop();
    assertEquals(List.of(StageResult.DRAINED), request.later());
    assertNothingHeld();
    request.context().end();
    assertNothingHeld();
  }

  @Test
  void a_permit_that_comes_after_the_time_is_over_goes_back() {
    request.ask(stage);
    timeOut();
    assertEquals(1, request.later().size());
    queue.grant();
    runLoop();
    assertEquals(1, request.later().size());
    assertNothingHeld();
    request.context().end();
    assertNothingHeld();
  }

  @Test
  void a_permit_that_comes_in_the_turn_in_which_the_time_is_over_goes_back_or_is_used() {
    request.ask(stage);
    queue.grant();
    timeOut();
    runLoop();
    assertEquals(1, request.later().size());
    request.context().end();
    assertNothingHeld();
  }

  @Test
  void when_the_time_is_over_the_rest_of_the_way_is_estimated() {
    request.ask(stage);
    queue.position = 1;
    timeOut();
    var respond = assertInstanceOf(StageResult.Respond.class, request.later().getFirst());
    assertEquals(Reason.QUEUE_TIMEOUT, respond.reason());
    // Two places in 60 s, and one to go.
    assertEquals(List.of(Map.entry("Retry-After", "30")), respond.fields());
  }

  @Test
  void an_estimate_is_rounded_up_and_never_longer_than_anybody_can_wait() {
    queue.refusal = new Refusal.Full(TimeUnit.MILLISECONDS.toNanos(1_200));
    assertEquals("2", retryAfter());
    queue.refusal = new Refusal.Full(0);
    assertEquals("1", retryAfter());
    queue.refusal = new Refusal.Full(TimeUnit.HOURS.toNanos(5));
    assertEquals("60", retryAfter());
  }

  private String retryAfter() {
    var respond = assertInstanceOf(StageResult.Respond.class, StageRequest.get("").ask(stage));
    assertEquals(Reason.QUEUE_FULL, respond.reason());
    return respond.fields().getFirst().getValue();
  }

  @Test
  void what_nobody_can_tell_is_refused_without_an_estimate() {
    queue.refusal = new Refusal.Unavailable();
    var respond = assertInstanceOf(StageResult.Respond.class, request.ask(stage));
    assertEquals(Reason.QUEUE_UNAVAILABLE, respond.reason());
    assertEquals(503, respond.status());
    request.context().end();
    assertNothingHeld();
  }

  @Test
  void a_permit_that_is_lost_ends_the_request() {
    List<StageResult.Respond> aborted = new ArrayList<>();
    request.context().abortBy(aborted::add);
    queue.free = true;
    request.ask(stage);
    queue.lose();
    assertEquals(List.of(), aborted);
    runLoop();
    assertEquals(Reason.PERMIT_LOST, aborted.getFirst().reason());
    request.context().end();
    assertNothingHeld();
  }

  @Test
  void a_permit_that_is_lost_after_the_end_is_nobodys_business() {
    List<StageResult.Respond> aborted = new ArrayList<>();
    request.context().abortBy(aborted::add);
    queue.free = true;
    request.ask(stage);
    queue.lose();
    request.context().end();
    runLoop();
    assertTrue(aborted.isEmpty());
  }

  /** Does what it is told, also what a real one never does. */
  private static final class FakeQueue implements PermitQueue {

    private boolean free;
    private Refusal refusal;
    private Waiter waiter;
    private Runnable lost = () -> {};
    private String client = "";
    private int position = 3;
    private int granted;
    private int released;
    private int left;

    @Override
    public Place enter(String who, Waiter waits) {
      client = who;
      waiter = waits;
      if (free) {
        grant();
      } else if (refusal != null) {
        waits.refused(refusal);
      }
      return new Place() {
        @Override
        public int position() {
          return position;
        }

        @Override
        public void leave() {
          left++;
        }
      };
    }

    void grant() {
      granted++;
      waiter.granted(
          new Permit() {
            @Override
            public void release() {
              released++;
            }

            @Override
            public void onLost(Runnable abort) {
              lost = abort;
            }
          });
    }

    void lose() {
      lost.run();
    }

    @Override
    public void resize(int maxInFlight, int maxDepth) {}

    @Override
    public boolean idle() {
      return granted == released;
    }
  }
}

package dev.penstock.proxy.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.model.Limiter.FailurePolicy;
import dev.penstock.proxy.limit.redis.TestStore;
import dev.penstock.proxy.queue.PermitQueue.Permit;
import dev.penstock.testing.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What several proxies make of one queue. */
class SharedQueueTest {

  private final List<SharedQueue> proxies = new ArrayList<>();
  private RedisServer server;

  @BeforeEach
  void startServer() {
    server = RedisServer.start();
  }

  @AfterEach
  void end() {
    proxies.forEach(SharedQueue::close);
    if (server != null) {
      server.close();
    }
  }

  /** A proxy's queue for one request at a time. */
  private PermitQueue proxy(FailurePolicy policy) {
    var proxy =
        new SharedQueue(
            TestStore.standalone(server, Duration.ofSeconds(1)), policy, QueueProcess.TIMING);
    proxies.add(proxy);
    proxy.awaitRedis();
    return proxy.open("gpu", 1, 1_000);
  }

  @Test
  void a_permit_goes_from_one_proxy_to_the_next() {
    PermitQueue one = proxy(FailurePolicy.CLOSED);
    PermitQueue other = proxy(FailurePolicy.CLOSED);
    Permit permit = new Asked(one, "a").permit();
    Asked waits = new Asked(other, "b");
    PermitQueueContract.await("it waits", () -> waits.place().position() == 1);
    assertTrue(waits.undecided());
    permit.release();
    waits.permit();
  }

  @Test
  void who_does_not_hear_of_its_permit_learns_of_it_with_the_next_heartbeat() {
    PermitQueue one = proxy(FailurePolicy.CLOSED);
    PermitQueue other = proxy(FailurePolicy.CLOSED);
    server.command("ACL", "SETUSER", "default", "-publish", "-subscribe");
    server.command("CLIENT", "KILL", "TYPE", "pubsub");
    Permit permit = new Asked(one, "a").permit();
    for (int i = 0; i < 5; i++) {
      Asked waits = new Asked(i % 2 == 0 ? other : one, "b");
      PermitQueueContract.await("it waits", () -> waits.place().position() == 1);
      permit.release();
      permit = waits.permit();
    }
  }

  @Test
  void what_a_proxy_had_that_is_gone_comes_back() {
    PermitQueue one = proxy(FailurePolicy.CLOSED);
    PermitQueue other = proxy(FailurePolicy.CLOSED);
    new Asked(one, "a").permit();
    Asked behind = new Asked(one, "b");
    PermitQueueContract.await("it waits", () -> behind.place().position() == 1);
    Asked waits = new Asked(other, "c");
    PermitQueueContract.await("it waits", () -> waits.place().position() == 2);
    proxies.removeFirst().close();
    waits.permit();
  }

  @Test
  void a_permit_that_cannot_be_renewed_is_lost_before_another_has_it() {
    PermitQueue one = proxy(FailurePolicy.CLOSED);
    PermitQueue other = proxy(FailurePolicy.CLOSED);
    var lostAt = new AtomicLong();
    new Asked(one, "a").permit().onLost(() -> lostAt.set(System.nanoTime()));
    long from = System.nanoTime();
    server.freeze();
    PermitQueueContract.await("it is lost", () -> lostAt.get() != 0);
    long millis = (lostAt.get() - from) / 1_000_000;
    assertTrue(millis < QueueProcess.TIMING.timeToLive().toMillis(), millis + " ms");
    server.thaw();
    proxies.getLast().awaitRedis();
    new Asked(other, "b").permit();
  }

  @Test
  void an_outage_that_is_shorter_than_a_permit_is_good_for_harms_nobody() {
    PermitQueue one = proxy(FailurePolicy.CLOSED);
    PermitQueue other = proxy(FailurePolicy.CLOSED);
    var lost = new AtomicInteger();
    Permit permit = new Asked(one, "a").permit();
    permit.onLost(lost::incrementAndGet);
    Asked waits = new Asked(other, "b");
    PermitQueueContract.await("it waits", () -> waits.place().position() == 1);
    server.kill();
    server.restart();
    proxies.forEach(SharedQueue::awaitRedis);
    PermitQueueContract.await(
        "both are known again",
        () ->
            server.command("ZCARD", "penstock:{ai/default/ai/gpu}/queue/ends").equals("2")
                && server
                    .command("ZCARD", "penstock:{ai/default/ai/gpu}/queue/waiting")
                    .equals("1"));
    assertTrue(waits.undecided());
    permit.release();
    waits.permit();
    assertEquals(0, lost.get());
  }

  @Test
  void with_local_each_proxy_goes_on_with_its_share_and_gives_up_what_is_too_much_afterwards() {
    PermitQueue one = proxy(FailurePolicy.LOCAL);
    PermitQueue other = proxy(FailurePolicy.LOCAL);
    var lost = new AtomicInteger();
    new Asked(one, "a").permit().onLost(lost::incrementAndGet);
    Asked waits = new Asked(other, "b");
    PermitQueueContract.await("it waits", () -> waits.place().position() == 1);
    server.kill();
    waits.permit().onLost(lost::incrementAndGet);
    Asked behind = new Asked(one, "c");
    PermitQueueContract.await("it waits", () -> behind.place().position() == 1);
    server.restart();
    proxies.forEach(SharedQueue::awaitRedis);
    PermitQueueContract.await("one has to leave", () -> lost.get() == 1);
    PermitQueueContract.await(
        "the other is counted",
        () ->
            server.command("ZCARD", "penstock:{ai/default/ai/gpu}/queue/ends").equals("2")
                && server
                    .command("ZCARD", "penstock:{ai/default/ai/gpu}/queue/waiting")
                    .equals("1"));
    assertEquals(1, lost.get());
    assertTrue(behind.undecided());
  }

  @Test
  void with_local_a_question_without_an_answer_takes_no_permit_that_is_in_use() {
    PermitQueue queue = proxy(FailurePolicy.LOCAL);
    var lost = new AtomicInteger();
    Permit held = new Asked(queue, "a").permit();
    held.onLost(lost::incrementAndGet);
    server.command("ACL", "SETUSER", "default", "-zscore");
    Asked waits = new Asked(queue, "b");
    PermitQueueContract.await("it waits", () -> waits.place().position() == 1);
    server.command("ACL", "SETUSER", "default", "+zscore");
    proxies.forEach(SharedQueue::awaitRedis);
    assertTrue(waits.undecided());
    held.release();
    waits.permit().release();
    assertEquals(0, lost.get());
  }

  @Test
  void with_open_whoever_waits_passes_and_whoever_comes() {
    PermitQueue queue = proxy(FailurePolicy.OPEN);
    var lost = new AtomicInteger();
    new Asked(queue, "a").permit().onLost(lost::incrementAndGet);
    Asked waits = new Asked(queue, "b");
    PermitQueueContract.await("it waits", () -> waits.place().position() == 1);
    server.kill();
    waits.permit().release();
    new Asked(queue, "c").permit().release();
    assertEquals(0, lost.get());
  }

  @Test
  void each_of_twenty_clients_has_its_share_while_one_floods() {
    try (var load = new QueueLoad(1)) {
      for (int i = 0; i < 4; i++) {
        PermitQueue queue = proxy(FailurePolicy.CLOSED);
        for (int flood = 0; flood < 50; flood++) {
          load.add(queue, "flood");
        }
        for (int client = i; client < 20; client += 4) {
          load.add(queue, "client" + client);
        }
      }
      RedisServer.await("it runs", () -> load.granted() > 100);
      int before = load.granted();
      int[] had = new int[20];
      for (int i = 0; i < 20; i++) {
        had[i] = load.granted("client" + i);
      }
      RedisServer.await("500 more", () -> load.granted() >= before + 500);
      double share = (load.granted() - before) / 21.0;
      for (int i = 0; i < 20; i++) {
        int got = load.granted("client" + i) - had[i];
        String what = "client" + i + " got " + got + " of a share of " + share;
        assertTrue(got >= 0.7 * share && got <= 1.3 * share, what);
      }
      assertEquals(1, load.most());
    }
  }
}

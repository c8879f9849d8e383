package dev.penstock.proxy.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.testing.RedisServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Eight proxies in processes of their own, and a backend for one request at a time. {@code
 * -Dqueue.requests=10000} for the long run.
 */
class QueueFleetTest {

  private static final int PROXIES = 8;
  private static final int CLIENTS = 2;
  private static final int REQUESTS = Integer.getInteger("queue.requests", 1_200);

  /** A proxy is killed each time that so many more requests are done. */
  private static final int PERIOD = 300;

  private static final long LONGEST_SECONDS = 60L + REQUESTS / 25;

  @Test
  void the_backend_never_sees_two_at_once_while_proxies_are_killed() throws Exception {
    try (var redis = RedisServer.start();
        var backend = new CountingBackend(2)) {
      var random = new Random(7);
      List<Process> proxies = new ArrayList<>();
      try {
        for (int i = 0; i < PROXIES; i++) {
          proxies.add(QueueProcess.start(redis.port(), backend.port(), CLIENTS));
        }
        long deadline = System.nanoTime() + LONGEST_SECONDS * 1_000_000_000;
        int killed = 0;
        while (backend.served() < REQUESTS) {
          assertTrue(System.nanoTime() < deadline, () -> "only " + backend.served() + " requests");
          assertEquals(1, Math.max(1, backend.most()));
          if (backend.served() >= (killed + 1) * PERIOD) {
            int which = random.nextInt(PROXIES);
            proxies.get(which).destroyForcibly().waitFor();
            proxies.set(which, QueueProcess.start(redis.port(), backend.port(), CLIENTS));
            killed++;
          }
          LockSupport.parkNanos(1_000_000);
        }
        assertTrue(killed >= REQUESTS / PERIOD - 1);
        assertEquals(1, backend.most());
      } finally {
        end(proxies);
      }
    }
  }

  private static void end(List<Process> proxies) throws InterruptedException {
    for (Process proxy : proxies) {
      proxy.destroyForcibly().waitFor();
    }
  }

  /**
   * For a person: requests a second of one proxy and of eight, with as many clients. {@code
   * bench/limiter-queue.sh} runs it.
   */
  static void main() throws IOException, InterruptedException {
    var ratios = new ArrayList<Double>();
    System.out.println("| one proxy, requests/s | eight | ratio |\n|--:|--:|--:|");
    for (int round = 0; round < 3; round++) {
      double one = perSecond(1);
      double all = perSecond(PROXIES);
      ratios.add(all / one);
      System.out.printf("| %.1f | %.1f | %.2f |%n", one, all, all / one);
    }
    ratios.sort(null);
    System.out.printf("median ratio %.2f, to be at least 0.90%n", ratios.get(1));
    Runtime.getRuntime().halt(0);
  }

  private static double perSecond(int count) throws IOException, InterruptedException {
    List<Process> proxies = new ArrayList<>();
    try (var redis = RedisServer.start();
        var backend = new CountingBackend(20)) {
      for (int i = 0; i < count; i++) {
        proxies.add(QueueProcess.start(redis.port(), backend.port(), PROXIES * CLIENTS / count));
      }
      LockSupport.parkNanos(10_000_000_000L);
      int before = backend.served();
      long from = System.nanoTime();
      LockSupport.parkNanos(15_000_000_000L);
      return (backend.served() - before) * 1e9 / (System.nanoTime() - from);
    } finally {
      end(proxies);
    }
  }
}

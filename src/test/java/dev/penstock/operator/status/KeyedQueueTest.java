package dev.penstock.operator.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.operator.leader.Gate;
import dev.penstock.testing.Await;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KeyedQueueTest {

  @Test
  void aKeyThatComesWhileItIsWorkedOnIsWorkedOnOnceMore() {
    var runs = new AtomicInteger();
    var hold = new CountDownLatch(1);
    try (var queue =
        new KeyedQueue<String>(
            "test-",
            2,
            key -> {
              if (runs.incrementAndGet() == 1) {
                await(hold);
              }
            })) {
      queue.add("a");
      Await.until("the work begins", () -> runs.get() == 1);
      queue.add("a");
      queue.add("a");
      hold.countDown();
      Await.until("all is done", () -> queue.size() == 0);
      assertEquals(2, runs.get());
    }
  }

  @Test
  void whatFailsIsTriedAgain() {
    var runs = new AtomicInteger();
    try (var queue =
        new KeyedQueue<String>(
            "test-",
            2,
            key -> {
              if (runs.incrementAndGet() < 3) {
                throw new IllegalStateException("not yet");
              }
            })) {
      queue.add("a");
      Await.until("the third try", () -> runs.get() == 3 && queue.size() == 0);
    }
  }

  @Test
  void whatIsAnotherOperatorsIsLetGo() {
    var runs = new AtomicInteger();
    Gate closed = () -> false;
    try (var queue =
        new KeyedQueue<String>(
            "test-",
            2,
            key -> {
              runs.incrementAndGet();
              closed.check();
            })) {
      queue.add("a");
      Await.until("it is let go", () -> runs.get() == 1 && queue.size() == 0);
      queue.add("b");
      Await.until("the next, and not the first again", () -> runs.get() == 2 && queue.size() == 0);
      assertEquals(0, queue.toBeTriedAgain());
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

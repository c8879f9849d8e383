package dev.penstock.proxy.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.proxy.limit.redis.TestStore;
import dev.penstock.testing.Await;
import dev.penstock.testing.RedisServer;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** A question holds the request that asks it, with all its buffers. */
class AnsweredQuestionTest {

  private static final Duration DEADLINE = Duration.ofSeconds(60);

  @Test
  void who_is_answered_is_let_go_long_before_the_deadline() {
    try (var server = RedisServer.start();
        var store = TestStore.of(TestStore.standalone(server, DEADLINE), 1)) {
      WeakReference<List<Decision>> first = ask(store, 1);
      ask(store, 2);
      Await.until(
          "the first is let go",
          () -> {
            System.gc();
            return first.refersTo(null);
          });
      assertEquals(2, server.calls("evalsha"));
    }
  }

  private static WeakReference<List<Decision>> ask(TestStore store, int client) {
    var decisions = new CopyOnWriteArrayList<Decision>();
    store.decide(Limits.key("tts", client), Limits.nodelay("1r/s", 1), 1, decisions::add);
    Await.until("it is answered", () -> decisions.size() == 1);
    return new WeakReference<>(decisions);
  }
}

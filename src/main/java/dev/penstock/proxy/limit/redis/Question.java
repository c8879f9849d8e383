package dev.penstock.proxy.limit.redis;

import dev.penstock.proxy.limit.Decision;
import dev.penstock.proxy.limit.Limit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One decision that is awaited: answered once, by the reply or by its deadline. */
final class Question {

  private final byte[] key;
  private final Limit limit;
  private final long cost;
  private final Consumer<? super Decision> then;
  private long deadline;
  private boolean answered;
  private @Nullable ScriptCall call;

  Question(byte[] key, Limit limit, long cost, Consumer<? super Decision> then) {
    this.key = key;
    this.limit = limit;
    this.cost = cost;
    this.then = then;
  }

  byte[] key() {
    return key;
  }

  Limit limit() {
    return limit;
  }

  long cost() {
    return cost;
  }

  void deadline(long nanos) {
    deadline = nanos;
  }

  long deadline() {
    return deadline;
  }

  /** The command that is under way for it. */
  void call(ScriptCall asked) {
    call = asked;
  }

  /** Answers in time without a reply, and takes back the command if it is not sent yet. */
  void expire() {
    answer(Decision.UNAVAILABLE);
    if (call != null) {
      call.cancel();
    }
  }

  boolean isAnswered() {
    return answered;
  }

  void answer(Decision decision) {
    if (!answered) {
      answered = true;
      then.accept(decision);
    }
  }
}

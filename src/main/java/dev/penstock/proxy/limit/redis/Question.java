package dev.penstock.proxy.limit.redis;

import dev.penstock.proxy.limit.Decision;
import dev.penstock.proxy.limit.Limit;
import java.util.function.Consumer;

/** One decision that is awaited: answered once, by the reply or by its deadline. */
final class Question {

  private final byte[] key;
  private final Limit limit;
  private final long cost;
  private final Consumer<? super Decision> then;
  private long deadline;
  private boolean answered;

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

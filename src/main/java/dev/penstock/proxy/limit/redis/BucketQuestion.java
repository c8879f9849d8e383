package dev.penstock.proxy.limit.redis;

import dev.penstock.proxy.limit.Decision;
import dev.penstock.proxy.limit.Limit;
import java.util.function.Consumer;

/** One decision that is awaited. */
final class BucketQuestion extends Question {

  private final Commands commands;
  private final byte[] key;
  private final Limit limit;
  private final long cost;
  private final Consumer<? super Decision> then;

  BucketQuestion(
      Commands commands, byte[] key, Limit limit, long cost, Consumer<? super Decision> then) {
    this.commands = commands;
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

  @Override
  protected ScriptCall command(boolean whole, ScriptCall.Receiver receiver) {
    return commands.bucket(this, whole, receiver);
  }

  @Override
  protected void replied(Reply reply) {
    then.accept(limit.decideByMicros(reply.at(0), cost, reply.at(1)));
  }

  @Override
  protected void unavailable() {
    then.accept(Decision.UNAVAILABLE);
  }
}

package dev.penstock.proxy.limit.redis;

import dev.penstock.proxy.limit.Decision;
import dev.penstock.proxy.limit.Limit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Decisions about one bucket that are awaited together, in the order in which they were asked. */
final class BucketQuestion extends Question {

  private final Commands commands;
  private final byte[] key;
  private final Limit limit;
  private final long cost;
  private final Consumer<? super Decision> first;
  private final Runnable closed;
  private List<Consumer<? super Decision>> others = List.of();
  private boolean open = true;

  /**
   * @param closed run once nobody can join any more
   */
  BucketQuestion(
      Commands commands,
      byte[] key,
      Limit limit,
      long cost,
      Consumer<? super Decision> first,
      Runnable closed) {
    this.commands = commands;
    this.key = key;
    this.limit = limit;
    this.cost = cost;
    this.first = first;
    this.closed = closed;
  }

  /** Has it ask for one more, unless it is sent already or asks for something else. */
  boolean join(Limit otherLimit, long otherCost, Consumer<? super Decision> then) {
    if (!open || otherCost != cost || !otherLimit.equals(limit)) {
      return false;
    }
    if (others.isEmpty()) {
      others = new ArrayList<>();
    }
    others.add(then);
    return true;
  }

  private void close() {
    if (open) {
      open = false;
      closed.run();
    }
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

  /** How many requests ask. */
  int count() {
    return 1 + others.size();
  }

  @Override
  protected ScriptCall command(boolean whole, ScriptCall.Receiver receiver) {
    close();
    return commands.bucket(this, whole, receiver);
  }

  @Override
  protected void replied(Reply reply) {
    long used = reply.at(0);
    long behind = reply.at(1);
    used += tell(first, used, behind);
    for (Consumer<? super Decision> other : others) {
      used += tell(other, used, behind);
    }
  }

  /** What it takes. */
  private long tell(Consumer<? super Decision> then, long used, long behind) {
    Decision decision = limit.decideByMicros(used, cost, behind);
    then.accept(decision);
    return decision instanceof Decision.Allowed ? limit.microParts(cost) : 0;
  }

  @Override
  protected void unavailable() {
    close();
    first.accept(Decision.UNAVAILABLE);
    others.forEach(each -> each.accept(Decision.UNAVAILABLE));
  }
}

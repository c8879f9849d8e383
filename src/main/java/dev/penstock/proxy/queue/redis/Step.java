package dev.penstock.proxy.queue.redis;

import dev.penstock.proxy.limit.redis.Question;
import dev.penstock.proxy.limit.redis.Reply;
import dev.penstock.proxy.limit.redis.ScriptCall;
import java.util.function.Consumer;

/** One step of the script that is awaited. */
final class Step extends Question {

  private final QueueScript script;
  private final Object[] arguments;
  private final Consumer<Reply> then;
  private final Runnable otherwise;

  /**
   * @param otherwise what to do without an answer; Redis may have taken the step all the same
   */
  Step(QueueScript script, Object[] arguments, Consumer<Reply> then, Runnable otherwise) {
    this.script = script;
    this.arguments = arguments;
    this.then = then;
    this.otherwise = otherwise;
  }

  @Override
  protected ScriptCall command(boolean whole, ScriptCall.Receiver receiver) {
    return script.call(whole, arguments, receiver);
  }

  @Override
  protected void replied(Reply reply) {
    then.accept(reply);
  }

  @Override
  protected void unavailable() {
    otherwise.run();
  }
}

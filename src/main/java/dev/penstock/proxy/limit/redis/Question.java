package dev.penstock.proxy.limit.redis;

import org.jspecify.annotations.Nullable;

/**
 * What is asked of Redis, and answered once: by the reply or by its deadline. All of it on the
 * event loop of the link that asks.
 */
public abstract class Question {

  private long deadline;
  private boolean answered;
  private boolean whole;
  private @Nullable ScriptCall call;

  /**
   * The command to send.
   *
   * @param whole whether the server has to be sent the script itself
   */
  protected abstract ScriptCall command(boolean whole, ScriptCall.Receiver receiver);

  /** Redis has answered. */
  protected abstract void replied(Reply reply);

  /** There was no answer in time; Redis may have done what it was asked to, or still do it. */
  protected abstract void unavailable();

  final void deadline(long nanos) {
    deadline = nanos;
  }

  final long deadline() {
    return deadline;
  }

  /** From now on the server is sent the script itself. */
  final void sendWhole() {
    whole = true;
  }

  final ScriptCall send(ScriptCall.Receiver receiver) {
    ScriptCall sent = command(whole, receiver);
    call = sent;
    return sent;
  }

  /** Answers in time without a reply, and takes back the command if it is not sent yet. */
  final void expire() {
    giveUp();
    if (call != null) {
      call.cancel();
    }
  }

  final boolean isAnswered() {
    return answered;
  }

  final void answer(Reply reply) {
    if (!answered) {
      answered = true;
      replied(reply);
    }
  }

  final void giveUp() {
    if (!answered) {
      answered = true;
      unavailable();
    }
  }
}

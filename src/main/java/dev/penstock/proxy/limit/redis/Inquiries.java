package dev.penstock.proxy.limit.redis;

import dev.penstock.proxy.io.LoopTasks;
import io.lettuce.core.api.StatefulConnection;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The questions of one link: what arrives together is sent together, and each is answered by its
 * deadline. On the event loop of the link.
 */
final class Inquiries {

  /** The link, which judges by the answers whether Redis is there. */
  interface Listener {

    /** Where to ask; null: nowhere. */
    @Nullable StatefulConnection<byte[], byte[]> connection();

    void answered();

    /**
     * A question failed.
     *
     * @param silence whether it is that there was no answer, rather than an error
     */
    void failed(String why, boolean silence);
  }

  private final LoopTasks tasks;
  private final Listener listener;
  private final boolean oneByOne;
  private final long timeoutNanos;
  private final ArrayDeque<Question> awaited = new ArrayDeque<>();
  private List<Question> batch = new ArrayList<>();
  private boolean alarmSet;

  /**
   * @param oneByOne whether the connection must be given each command by itself
   * @param timeoutNanos of a question
   */
  Inquiries(EventLoop loop, Listener listener, boolean oneByOne, long timeoutNanos) {
    this.tasks = new LoopTasks(loop);
    this.listener = listener;
    this.oneByOne = oneByOne;
    this.timeoutNanos = timeoutNanos;
  }

  void ask(Question question) {
    question.deadline(System.nanoTime() + timeoutNanos);
    awaited.add(question);
    if (!alarmSet) {
      setAlarm(timeoutNanos);
    }
    send(question);
  }

  /** Answers all that is open, without a reply. */
  void giveUp() {
    List.copyOf(awaited).forEach(Question::giveUp);
    awaited.clear();
  }

  private void send(Question question) {
    if (batch.isEmpty()) {
      // Runs once all that has arrived is read.
      tasks.later(this::flush);
    }
    batch.add(question);
  }

  private void flush() {
    List<Question> questions = batch;
    batch = new ArrayList<>();
    StatefulConnection<byte[], byte[]> to = listener.connection();
    if (to == null) {
      questions.forEach(question -> new Answer(question).failed("the connection is closed"));
      return;
    }
    List<ScriptCall> calls = new ArrayList<>(questions.size());
    questions.forEach(question -> calls.add(question.send(new Answer(question))));
    if (calls.size() == 1 || oneByOne) {
      calls.forEach(call -> to.dispatch(call));
    } else {
      to.dispatch(calls);
    }
  }

  private void setAlarm(long nanos) {
    alarmSet = true;
    tasks.loop().schedule(this::expire, nanos, TimeUnit.NANOSECONDS);
  }

  /** Deadlines are all the same length, so questions reach theirs in the order they were asked. */
  private void expire() {
    alarmSet = false;
    long now = System.nanoTime();
    while (!awaited.isEmpty()) {
      Question oldest = awaited.getFirst();
      long left = oldest.deadline() - now;
      if (!oldest.isAnswered() && left > 0) {
        setAlarm(left);
        return;
      }
      awaited.removeFirst();
      if (!oldest.isAnswered()) {
        oldest.expire();
        long millis = TimeUnit.NANOSECONDS.toMillis(timeoutNanos);
        listener.failed("no answer within " + millis + " ms", true);
      }
    }
  }

  /** What is answered is not kept until its deadline: it holds a request, with all its buffers. */
  private void forgetAnswered() {
    while (!awaited.isEmpty() && awaited.getFirst().isAnswered()) {
      awaited.removeFirst();
    }
  }

  /** The reply to a question. */
  private final class Answer implements ScriptCall.Receiver {

    private final Question question;

    Answer(Question question) {
      this.question = question;
    }

    @Override
    public void replied(Reply reply) {
      tasks.run(
          () -> {
            listener.answered();
            question.answer(reply);
            forgetAnswered();
          });
    }

    @Override
    public void unknownScript() {
      tasks.run(
          () -> {
            if (!question.isAnswered()) {
              question.sendWhole();
              send(question);
            }
          });
    }

    @Override
    public void failed(String problem) {
      tasks.run(
          () -> {
            if (!question.isAnswered()) {
              question.giveUp();
              listener.failed(problem, false);
            }
            forgetAnswered();
          });
    }
  }
}

package dev.penstock.proxy.limit.redis;

import dev.penstock.proxy.io.LoopTasks;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulConnection;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connection of one event loop to Redis, with the deadline of each question and a circuit
 * breaker. All of it happens on the loop, so nothing here is locked.
 *
 * <p>The breaker opens when {@value #FAILURES_IN_A_ROW} questions in a row failed, by silence only
 * if that lasts for another deadline. While it is open nothing is asked, so nobody waits; a probe
 * finds out whether Redis is back: it says that this replica lives, a write, so that a demoted
 * master does not pass for the master. A probe that fails drops the connection, and the next opens
 * another, through the sentinels if there are any. Probes come after a random part of a growing
 * pause, so that replicas do not come back in step.
 */
public final class Link {

  private static final int FAILURES_IN_A_ROW = 3;
  private static final long HEARTBEAT_MILLIS = 1_000;
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 500;

  /** What a link tells of itself, on its event loop. */
  interface Listener {

    /** The link serves from now on, or stops to; also told after its first try. */
    void serves(boolean serves, String why);

    /**
     * How many replicas live.
     *
     * @param forgotten whether Redis did not know this one
     */
    void counted(int replicas, boolean forgotten);
  }

  private final EventLoop loop;
  private final LoopTasks tasks;
  private final Connector connector;
  private final Commands commands;
  private final Listener listener;
  private final long timeoutNanos;
  private final long probeNanos;
  private final Inquiries inquiries;
  private final List<Runnable> watchers = new ArrayList<>();
  private @Nullable StatefulConnection<byte[], byte[]> connection;
  private @Nullable ScheduledFuture<?> nextStep;
  private boolean serving;
  private boolean closed;
  private boolean told;
  private int failures;
  private long failingSince;
  private int probes;
  // Late answers to a probe that was given up must not pass for those to the current one.
  private int generation;

  /**
   * @param timeoutNanos of a question
   * @param probeNanos of a probe
   */
  Link(
      EventLoop loop,
      Connector connector,
      Commands commands,
      Listener listener,
      long timeoutNanos,
      long probeNanos) {
    this.loop = loop;
    this.tasks = new LoopTasks(loop);
    this.connector = connector;
    this.commands = commands;
    this.listener = listener;
    this.timeoutNanos = timeoutNanos;
    this.probeNanos = probeNanos;
    inquiries = new Inquiries(loop, new Judge(), commands.oneByOne(), timeoutNanos);
  }

  /** Where all of it happens. */
  public EventLoop loop() {
    return loop;
  }

  /** Whether questions are asked; on the event loop. */
  public boolean serves() {
    return serving && !closed;
  }

  /** Whether it has ended for good; on the event loop. */
  public boolean isClosed() {
    return closed;
  }

  /** Has it run, on the event loop, when the link begins or stops to serve; on the event loop. */
  public void watch(Runnable watcher) {
    watchers.add(watcher);
  }

  /** Begins to connect. */
  void start() {
    tasks.later(this::probe);
  }

  /** Asks; on the event loop. */
  public void ask(Question question) {
    if (!serving || closed) {
      question.giveUp();
      return;
    }
    inquiries.ask(question);
  }

  /** An error counts at once; silence must go on for another deadline, for a pause is no outage. */
  private void failed(String why, boolean silence) {
    long now = System.nanoTime();
    if (failures++ == 0) {
      failingSince = now;
    }
    boolean lasting = !silence || now - failingSince >= timeoutNanos;
    if (serving && lasting && failures >= FAILURES_IN_A_ROW) {
      stopServing(why);
      generation++;
      pause();
    }
  }

  private void stopServing(String why) {
    if (serving || !told) {
      serving = false;
      told = true;
      listener.serves(false, why);
      watchers.forEach(Runnable::run);
    }
  }

  private void probe() {
    if (closed) {
      return;
    }
    int current = ++generation;
    loop.schedule(
        () -> probeFailed(current, "no answer to a probe"), probeNanos, TimeUnit.NANOSECONDS);
    if (connection == null) {
      connect(current);
    } else {
      greet(current);
    }
  }

  private void connect(int current) {
    connector
        .open()
        .whenComplete(
            (opened, problem) -> {
              if (problem == null) {
                tasks.later(() -> connected(current, opened));
              } else {
                tasks.later(() -> probeFailed(current, root(problem)));
              }
            });
  }

  private void connected(int current, StatefulConnection<byte[], byte[]> opened) {
    if (closed || current != generation || connection != null) {
      opened.closeAsync();
      return;
    }
    connection = opened;
    if (!commands.oneByOne()) {
      // Nobody has to find out. A cluster's client looks after its connections by itself.
      opened.addListener(new Loss(opened));
    }
    greet(current);
  }

  private void lost(StatefulConnection<byte[], byte[]> gone) {
    if (Objects.equals(connection, gone) && !closed) {
      connection = null;
      generation++;
      stopServing("the connection was lost");
      pause();
    }
  }

  private void greet(int current) {
    StatefulConnection<byte[], byte[]> to = connection;
    if (to != null) {
      to.dispatch(commands.alive(new Greeting(current)));
    }
  }

  private void probeAnswered(int current, int replicas, boolean forgotten) {
    if (closed || current != generation) {
      return;
    }
    generation++;
    failures = 0;
    probes = 0;
    listener.counted(replicas, forgotten);
    if (!serving) {
      serving = true;
      told = true;
      listener.serves(true, "");
      watchers.forEach(Runnable::run);
    }
    long jitter = ThreadLocalRandom.current().nextLong(HEARTBEAT_MILLIS / 5);
    next(this::heartbeat, HEARTBEAT_MILLIS - jitter);
  }

  private void heartbeat() {
    // When it stopped to serve meanwhile, probes are under way already.
    if (serving) {
      probe();
    }
  }

  private void probeFailed(int current, String why) {
    if (closed || current != generation) {
      return;
    }
    generation++;
    stopServing(why);
    StatefulConnection<byte[], byte[]> dropped = connection;
    connection = null;
    if (dropped != null) {
      dropped.closeAsync();
    }
    pause();
  }

  /** Between half a pause and all of it, which doubles each time. */
  private void pause() {
    long longest = Math.min(FIRST_PAUSE_MILLIS << Math.min(probes, 10), LONGEST_PAUSE_MILLIS);
    probes++;
    long millis = ThreadLocalRandom.current().nextLong(longest / 2, longest);
    next(this::probe, millis);
  }

  /** There is one next step, whatever led to it: a later one takes its place. */
  private void next(Runnable step, long millis) {
    if (nextStep != null) {
      nextStep.cancel(false);
    }
    nextStep = loop.schedule(step, millis, TimeUnit.MILLISECONDS);
  }

  /** Answers what is open and asks no more; the connection ends with its connector. */
  void close() {
    tasks.later(
        () -> {
          closed = true;
          serving = false;
          connection = null;
          inquiries.giveUp();
          watchers.forEach(Runnable::run);
        });
  }

  private static String root(Throwable problem) {
    Throwable root = problem;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  /** What the answers say of Redis. */
  private final class Judge implements Inquiries.Listener {

    @Override
    public @Nullable StatefulConnection<byte[], byte[]> connection() {
      return connection;
    }

    @Override
    public void answered() {
      failures = 0;
    }

    @Override
    public void failed(String why, boolean silence) {
      Link.this.failed(why, silence);
    }
  }

  /** The end of a connection. */
  private final class Loss implements RedisConnectionStateListener {

    private final StatefulConnection<byte[], byte[]> watched;

    Loss(StatefulConnection<byte[], byte[]> watched) {
      this.watched = watched;
    }

    @Override
    public void onRedisDisconnected(RedisChannelHandler<?, ?> ignored) {
      // Not at once: what was under way on it is to be answered first.
      tasks.later(() -> lost(watched));
    }
  }

  /** The reply to a probe. */
  private final class Greeting implements ScriptCall.Receiver {

    private final int current;

    Greeting(int current) {
      this.current = current;
    }

    @Override
    public void replied(Reply reply) {
      tasks.run(() -> probeAnswered(current, (int) reply.at(0), reply.at(1) == 1));
    }

    @Override
    public void unknownScript() {
      failed("the script is unknown");
    }

    @Override
    public void failed(String problem) {
      tasks.run(() -> probeFailed(current, problem));
    }
  }
}

package dev.penstock.proxy.upstream;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One search for a connection: address after address until one takes it. Lives on one event loop.
 */
public final class Acquisition {

  private final Cluster cluster;
  private final Worker worker;
  private final int connectTimeoutMillis;
  private final boolean fresh;
  private final UpstreamListener listener;
  private final Outcome outcome;
  private final List<Target> tried = new ArrayList<>(1);
  private UpstreamFailure lastFailure = UpstreamFailure.UNRESOLVED;
  private String lastDetail = "";
  private @Nullable Channel connecting;
  private boolean askedName;
  private @Nullable H2cPool waitingAt;
  private boolean ended;

  Acquisition(
      Cluster cluster,
      Worker worker,
      int connectTimeoutMillis,
      boolean fresh,
      UpstreamListener listener,
      Outcome outcome) {
    this.cluster = cluster;
    this.worker = worker;
    this.connectTimeoutMillis = connectTimeoutMillis;
    this.fresh = fresh;
    this.listener = listener;
    this.outcome = outcome;
  }

  /** How a search ends, told on the event loop; possibly before {@code acquire} returns. */
  public interface Outcome {

    void connected(UpstreamStream stream);

    void unreachable(UpstreamFailure failure, String detail);
  }

  /** Nobody waits any longer; a connection that is on its way is given up. */
  public void cancel() {
    ended = true;
    if (connecting != null) {
      connecting.close();
    }
    if (waitingAt != null) {
      waitingAt.forget(this);
    }
  }

  /** Goes on once the name is resolved for the first time, which may take as long as to connect. */
  private void begin(CompletableFuture<Void> resolved) {
    Future<?> late =
        worker.loop().schedule(this::unresolved, connectTimeoutMillis, TimeUnit.MILLISECONDS);
    resolved.thenRun(
        () ->
            worker
                .loop()
                .execute(
                    () -> {
                      late.cancel(false);
                      next();
                    }));
  }

  private void unresolved() {
    if (!ended) {
      ended = true;
      outcome.unreachable(UpstreamFailure.CONNECT_TIMEOUT, "the name is still being resolved");
    }
  }

  void next() {
    if (ended) {
      return;
    }
    Target target = cluster.pick(tried, worker.nextTurn());
    if (target == null && cluster.isUnresolved() && !askedName) {
      askedName = true;
      begin(cluster.resolve());
      return;
    }
    if (target == null) {
      ended = true;
      outcome.unreachable(
          lastFailure, lastDetail.isEmpty() ? cluster.resolveProblem() : lastDetail);
      return;
    }
    tried.add(target);
    target.started();
    if (cluster.multiplexes()) {
      waitingAt = target.streams(worker);
      waitingAt.lease(this);
      return;
    }
    UpstreamConnection idle = fresh ? null : target.pool(worker).poll();
    if (idle != null) {
      succeed(idle);
    } else {
      connecting = dial().to(target, (channel, cause) -> established(target, channel, cause));
    }
  }

  /** Ends the search with what was found. */
  void succeed(UpstreamStream found) {
    ended = true;
    switch (found) {
      case UpstreamConnection connection -> connection.lease(listener);
      case H2cStream stream -> stream.lease(listener);
    }
    outcome.connected(found);
  }

  /** What connects for this search. */
  Dial dial() {
    return new Dial(cluster, worker, connectTimeoutMillis);
  }

  private void established(Target target, Channel channel, @Nullable Throwable cause) {
    connecting = null;
    if (cause == null && !ended) {
      succeed(new UpstreamConnection(channel, target.pool(worker)).attach());
      return;
    }
    channel.close();
    failed(target, cause);
  }

  /** An address did not take the connection, or too late: on to the next. */
  void failed(Target target, @Nullable Throwable cause) {
    target.finished();
    if (!ended && cause != null) {
      lastFailure = Dial.failure(cause);
      lastDetail = describe(cause);
      next();
    }
  }

  private static String describe(Throwable cause) {
    return String.valueOf(cause.getMessage());
  }
}

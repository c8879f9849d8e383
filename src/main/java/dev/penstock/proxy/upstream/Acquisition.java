package dev.penstock.proxy.upstream;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
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

    void connected(UpstreamConnection connection);

    void unreachable(UpstreamFailure failure, String detail);
  }

  /** Nobody waits any longer; a connection that still comes is closed. */
  public void cancel() {
    ended = true;
  }

  void next() {
    if (ended) {
      return;
    }
    Target target = cluster.pick(tried, worker.nextTurn());
    if (target == null) {
      ended = true;
      outcome.unreachable(
          lastFailure, lastDetail.isEmpty() ? cluster.resolveProblem() : lastDetail);
      return;
    }
    tried.add(target);
    target.started();
    UpstreamConnection idle = fresh ? null : target.pool(worker).poll();
    if (idle != null) {
      succeed(idle);
    } else {
      connect(target);
    }
  }

  private void succeed(UpstreamConnection connection) {
    ended = true;
    connection.lease(listener);
    outcome.connected(connection);
  }

  private void connect(Target target) {
    new Bootstrap()
        .group(worker.loop())
        .channel(worker.socketType())
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_KEEPALIVE, true)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectTimeoutMillis)
        .handler(new Initializer(cluster))
        .connect(target.address())
        .addListener((ChannelFuture connect) -> connected(target, connect));
  }

  private void connected(Target target, ChannelFuture connect) {
    Channel channel = connect.channel();
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (!connect.isSuccess() || tls == null) {
      established(target, channel, connect);
    } else {
      tls.setHandshakeTimeoutMillis(connectTimeoutMillis);
      tls.handshakeFuture().addListener(handshake -> established(target, channel, handshake));
    }
  }

  private void established(Target target, Channel channel, Future<?> future) {
    if (future.isSuccess() && !ended) {
      succeed(new UpstreamConnection(channel, target.pool(worker)).attach());
      return;
    }
    target.finished();
    channel.close();
    if (!ended) {
      boolean late = future.cause() instanceof ConnectTimeoutException;
      lastFailure = late ? UpstreamFailure.CONNECT_TIMEOUT : UpstreamFailure.REFUSED;
      lastDetail = describe(future.cause());
      next();
    }
  }

  private static String describe(@Nullable Throwable cause) {
    return cause == null ? "no connection" : String.valueOf(cause.getMessage());
  }

  private static final class Initializer extends ChannelInitializer<Channel> {

    private final Cluster cluster;

    Initializer(Cluster cluster) {
      this.cluster = cluster;
    }

    @Override
    protected void initChannel(Channel channel) {
      cluster.tlsHandler(channel.alloc()).ifPresent(tls -> channel.pipeline().addLast(tls));
    }
  }
}

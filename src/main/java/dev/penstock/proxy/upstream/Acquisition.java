package dev.penstock.proxy.upstream;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
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

  /** Nobody waits any longer; a connection that is on its way is given up. */
  public void cancel() {
    ended = true;
    if (connecting != null) {
      connecting.close();
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

  @SuppressWarnings("deprecation") // of AUTO_CLOSE, which has no successor
  private void connect(Target target) {
    ChannelFuture connect =
        new Bootstrap()
            .group(worker.loop())
            .channel(worker.socketType())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            // A failed write leaves the reading side open: see UpstreamConnection.exceptionCaught.
            .option(ChannelOption.AUTO_CLOSE, false)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectTimeoutMillis)
            .handler(new Initializer(cluster))
            .connect(target.address());
    connecting = connect.channel();
    connect.addListener((ChannelFuture done) -> connected(target, done));
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
    connecting = null;
    if (future.isSuccess() && !ended) {
      cluster.connectionOpened();
      succeed(new UpstreamConnection(channel, target.pool(worker)).attach());
      return;
    }
    target.finished();
    channel.close();
    if (!ended) {
      boolean late =
          future.cause() instanceof ConnectTimeoutException
              || future.cause() instanceof SslHandshakeTimeoutException;
      lastFailure = late ? UpstreamFailure.CONNECT_TIMEOUT : UpstreamFailure.REFUSED;
      lastDetail = describe(future.cause());
      next();
    }
  }

  /** The outermost says what was tried, the innermost why it failed, as of a certificate. */
  private static String describe(@Nullable Throwable cause) {
    if (cause == null) {
      return "no connection";
    }
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String outer = String.valueOf(cause.getMessage());
    String inner = String.valueOf(root.getMessage());
    return outer.contains(inner) ? outer : outer + ": " + inner;
  }

  private static final class Initializer extends ChannelInitializer<Channel> {

    private final Cluster cluster;

    Initializer(Cluster cluster) {
      this.cluster = cluster;
    }

    @Override
    protected void initChannel(Channel channel) {
      cluster.tlsHandler(channel.alloc()).ifPresent(tls -> channel.pipeline().addLast(tls));
      channel.pipeline().addLast(new Unattended());
    }
  }

  /**
   * Takes the faults of a connection that is being made: its futures tell what matters. One fault
   * is none at all: an event of a connection closed in the same turn, whose descriptor this one
   * got.
   */
  private static final class Unattended extends ChannelInboundHandlerAdapter {

    @Override
    @SuppressWarnings("deprecation") // the inbound event of that name is not deprecated
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      if (ctx.pipeline().last() != this) {
        ctx.fireExceptionCaught(cause);
      }
    }
  }
}

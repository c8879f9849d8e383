package dev.penstock.proxy.upstream;

import dev.penstock.proxy.io.PendingSize;
import dev.penstock.proxy.io.Splicing;
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
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Opens one connection to an address, with TLS where the backend speaks it. */
final class Dial {

  private final Cluster cluster;
  private final Worker worker;
  private final int timeoutMillis;

  /**
   * @param timeoutMillis to connect, and again for the handshake
   */
  Dial(Cluster cluster, Worker worker, int timeoutMillis) {
    this.cluster = cluster;
    this.worker = worker;
    this.timeoutMillis = timeoutMillis;
  }

  /**
   * Starts to connect.
   *
   * @param then called on the worker's loop with the channel, which is closed if there is a cause
   */
  @SuppressWarnings("deprecation") // of AUTO_CLOSE, which has no successor
  Channel to(Target target, BiConsumer<Channel, @Nullable Throwable> then) {
    ChannelFuture connect =
        new Bootstrap()
            .group(worker.loop())
            .channel(worker.socketType())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, PendingSize.MARKS)
            .option(ChannelOption.MESSAGE_SIZE_ESTIMATOR, new PendingSize())
            // A failed write leaves the reading side open: see UpstreamConnection.exceptionCaught.
            .option(ChannelOption.AUTO_CLOSE, false)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMillis)
            .handler(new Initializer(cluster))
            .connect(target.address());
    connect.addListener((ChannelFuture done) -> connected(done, then));
    return connect.channel();
  }

  private void connected(ChannelFuture connect, BiConsumer<Channel, @Nullable Throwable> then) {
    Channel channel = connect.channel();
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (!connect.isSuccess() || tls == null) {
      established(channel, connect, then);
    } else {
      tls.setHandshakeTimeoutMillis(timeoutMillis);
      tls.handshakeFuture().addListener(handshake -> established(channel, handshake, then));
    }
  }

  private void established(
      Channel channel, Future<?> future, BiConsumer<Channel, @Nullable Throwable> then) {
    if (future.isSuccess()) {
      cluster.connectionOpened();
    } else {
      channel.close();
    }
    then.accept(channel, future.cause());
  }

  /** What a failed attempt counts as. */
  static UpstreamFailure failure(Throwable cause) {
    boolean late =
        cause instanceof ConnectTimeoutException || cause instanceof SslHandshakeTimeoutException;
    return late ? UpstreamFailure.CONNECT_TIMEOUT : UpstreamFailure.REFUSED;
  }

  private static final class Initializer extends ChannelInitializer<Channel> {

    private final Cluster cluster;

    Initializer(Cluster cluster) {
      this.cluster = cluster;
    }

    @Override
    protected void initChannel(Channel channel) {
      Splicing.prepare(channel);
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

package dev.penstock.proxy.tls;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Echoes what it reads behind TLS. */
final class TlsServer implements AutoCloseable {

  /** The outcomes of handshakes, in their order. */
  final BlockingQueue<SslHandshakeCompletionEvent> handshakes = new LinkedBlockingQueue<>();

  /** Connections as they end. */
  final BlockingQueue<Channel> closed = new LinkedBlockingQueue<>();

  private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Channel listener;

  TlsServer(TlsSwitch tls) {
    this(tls, ChannelInboundHandlerAdapter::new);
  }

  /** With another handler before TLS. */
  TlsServer(TlsSwitch tls, Supplier<ChannelHandler> first) {
    listener =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(first.get());
                    tls.secure(channel);
                    channel.pipeline().addLast(new Echo());
                    channel.closeFuture().addListener(_ -> closed.add(channel));
                    open.add(channel);
                  }
                })
            .bind("127.0.0.1", 0)
            .syncUninterruptibly()
            .channel();
  }

  int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  Channel nextClosed() throws InterruptedException {
    Channel channel = closed.poll(20, TimeUnit.SECONDS);
    if (channel == null) {
      throw new AssertionError("no connection ended");
    }
    return channel;
  }

  @Override
  public void close() {
    listener.close().syncUninterruptibly();
    open.close().syncUninterruptibly();
    // Behind the tasks that take the handlers out of their pipelines.
    group.submit(() -> {}).syncUninterruptibly();
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private final class Echo extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      var _ = ctx.writeAndFlush(message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof SslHandshakeCompletionEvent handshake) {
        handshakes.add(handshake);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      var _ = ctx.close();
    }
  }
}

package dev.penstock.proxy.behaviour;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.codec.http.websocketx.extensions.compression.WebSocketServerCompressionHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** Netty's own WebSocket server: sends each message back as one frame, compressed if agreed. */
final class WebSocketEcho implements AutoCloseable {

  static final int MAX_MESSAGE = 16 << 20;

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Channel server;

  WebSocketEcho() {
    this(false);
  }

  /**
   * @param compresses whether it agrees to permessage-deflate
   */
  WebSocketEcho(boolean compresses) {
    server =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    equip(channel, compresses);
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
  }

  private static void equip(Channel channel, boolean compresses) {
    var config =
        WebSocketServerProtocolConfig.newBuilder()
            .websocketPath("/")
            .checkStartsWith(true)
            .subprotocols("echo")
            .allowExtensions(compresses)
            .maxFramePayloadLength(MAX_MESSAGE)
            .build();
    channel.pipeline().addLast(new HttpServerCodec(), new HttpObjectAggregator(65_536));
    if (compresses) {
      channel.pipeline().addLast(new WebSocketServerCompressionHandler(MAX_MESSAGE));
    }
    channel
        .pipeline()
        .addLast(
            new WebSocketServerProtocolHandler(config),
            new WebSocketFrameAggregator(MAX_MESSAGE),
            new Echo());
  }

  int port() {
    return ((InetSocketAddress) server.localAddress()).getPort();
  }

  @Override
  public void close() {
    server.close().syncUninterruptibly();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private static final class Echo extends SimpleChannelInboundHandler<WebSocketFrame> {

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
      WebSocketFrame back =
          frame instanceof TextWebSocketFrame
              ? new TextWebSocketFrame(frame.content().retain())
              : new BinaryWebSocketFrame(frame.content().retain());
      ctx.writeAndFlush(back).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    @Override
    @SuppressWarnings("deprecation") // the inbound event of that name is not deprecated
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      // The decoder has answered with a Close frame, and closes once that is sent.
    }
  }
}

package dev.penstock.proxy.warmup;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Answers the private proxy: as a service, as a stream of tokens, and as an auth service. */
final class Backend implements AutoCloseable {

  private static final String JSON =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
          + "Content-Length: 27\r\n\r\n{\"model\":\"any\",\"done\":true}";
  private static final String STREAM =
      "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n";
  private static final String TOKEN = "11\r\n{\"response\":\"a\"}\n\r\n";
  private static final String LAST = "0\r\n\r\n";
  private static final int TOKENS = 8;
  private static final String ALLOWED = "HTTP/1.1 204 No Content\r\n\r\n";
  private static final String DENIED =
      "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer\r\nContent-Length: 0\r\n\r\n";

  private final Channel channel;

  private Backend(Channel channel) {
    this.channel = channel;
  }

  static Backend start(Loop loop) throws IOException {
    ChannelFuture bind =
        new ServerBootstrap()
            .group(loop.group())
            .channel(loop.serverType())
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel accepted) {
                    accepted.pipeline().addLast(new Answers());
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .awaitUninterruptibly();
    if (!bind.isSuccess()) {
      throw new IOException("no port for the warm-up", bind.cause());
    }
    return new Backend(bind.channel());
  }

  InetSocketAddress address() {
    return (InetSocketAddress) channel.localAddress();
  }

  @Override
  public void close() {
    channel.close().awaitUninterruptibly();
  }

  private static final class Answers extends SimpleChannelInboundHandler<ByteBuf> {

    private final Message message = new Message();

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf part) {
      message.add(part).ifPresent(request -> answer(ctx, request));
    }

    private static void answer(ChannelHandlerContext ctx, String request) {
      String target = request.substring(request.indexOf(' ') + 1);
      if (target.startsWith(Requests.STREAM_PATH)) {
        send(ctx, STREAM);
        ctx.executor().execute(() -> tokens(ctx, TOKENS));
      } else if (target.startsWith(Requests.AUTH_PATH)) {
        send(ctx, request.contains(Requests.GOOD_KEY) ? ALLOWED : DENIED);
      } else {
        send(ctx, JSON);
      }
    }

    /** Each by itself, as a model speaks. */
    private static void tokens(ChannelHandlerContext ctx, int left) {
      send(ctx, left == 0 ? LAST : TOKEN);
      if (left > 0) {
        ctx.executor().execute(() -> tokens(ctx, left - 1));
      }
    }

    private static void send(ChannelHandlerContext ctx, String text) {
      ctx.writeAndFlush(ByteBufUtil.writeAscii(ctx.alloc(), text));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}

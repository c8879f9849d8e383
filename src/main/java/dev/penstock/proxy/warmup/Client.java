package dev.penstock.proxy.warmup;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client with one connection, asking one thing at a time. */
final class Client implements AutoCloseable {

  private static final int PATIENCE_SECONDS = 3;

  private final Channel channel;
  private final Answers answers;

  private Client(Channel channel, Answers answers) {
    this.channel = channel;
    this.answers = answers;
  }

  static Client connect(Loop loop, InetSocketAddress address, boolean secure) throws IOException {
    Optional<SslContext> tls = secure ? Optional.of(context()) : Optional.empty();
    try {
      var answers = new Answers();
      ChannelFuture connect =
          new Bootstrap()
              .group(loop.group())
              .channel(loop.socketType())
              .option(ChannelOption.TCP_NODELAY, true)
              .handler(
                  new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel socket) {
                      tls.ifPresent(
                          context -> socket.pipeline().addLast(context.newHandler(socket.alloc())));
                      socket.pipeline().addLast(answers);
                    }
                  })
              .connect(address)
              .awaitUninterruptibly();
      if (!connect.isSuccess()) {
        throw new IOException("cannot connect to the warm-up's own proxy", connect.cause());
      }
      return new Client(connect.channel(), answers);
    } finally {
      tls.ifPresent(ReferenceCountUtil::release); // the connection's engine holds its own
    }
  }

  /** It speaks with this very process, whose certificate may be made for any name. */
  private static SslContext context() throws IOException {
    return SslContextBuilder.forClient()
        .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
        .trustManager(InsecureTrustManagerFactory.INSTANCE)
        .endpointIdentificationAlgorithm("")
        .build();
  }

  /**
   * Returns with the answer.
   *
   * @throws IOException when it is another than expected, or none comes
   */
  void ask(Requests.Request request) throws IOException, InterruptedException {
    channel.writeAndFlush(ByteBufUtil.writeAscii(channel.alloc(), request.text()));
    String answer = answers.queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (answer == null || !answer.startsWith("HTTP/1.1 " + request.status())) {
      String line = request.text().lines().findFirst().orElse("");
      String got = answer == null ? "nothing" : answer.lines().findFirst().orElse("a close");
      throw new IOException(line + " was answered by " + got);
    }
  }

  @Override
  public void close() {
    channel.close().awaitUninterruptibly();
  }

  private static final class Answers extends SimpleChannelInboundHandler<ByteBuf> {

    private final BlockingQueue<String> queue = new LinkedBlockingQueue<>();
    private final Message message = new Message();

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf part) {
      message.add(part).ifPresent(queue::add);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      queue.add("");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}

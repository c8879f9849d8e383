package dev.penstock.proxy.warmup;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.ssl.ApplicationProtocolNames;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Asks several things at once, each over a connection of its own. */
final class Http1Client implements Client {

  private final List<Connection> connections;

  private Http1Client(List<Connection> connections) {
    this.connections = connections;
  }

  private record Connection(Channel channel, Answers answers) {}

  /**
   * Opens its connections.
   *
   * @param atOnce how many
   */
  static Http1Client connect(Loop loop, InetSocketAddress address, boolean secure, int atOnce)
      throws IOException {
    Optional<String> tls =
        secure ? Optional.of(ApplicationProtocolNames.HTTP_1_1) : Optional.empty();
    var client = new Http1Client(new ArrayList<>());
    try {
      for (int i = 0; i < atOnce; i++) {
        var answers = new Answers();
        client.connections.add(new Connection(Dial.to(loop, address, tls, answers), answers));
      }
      return client;
    } catch (IOException e) {
      client.close();
      throw e;
    }
  }

  @Override
  public void ask(List<Requests.Request> requests) throws IOException, InterruptedException {
    long until = Client.patience();
    for (int i = 0; i < requests.size(); i++) {
      Channel channel = connections.get(i).channel();
      channel.writeAndFlush(ByteBufUtil.writeAscii(channel.alloc(), requests.get(i).text()));
    }
    for (int i = 0; i < requests.size(); i++) {
      Requests.Request request = requests.get(i);
      String answer = Client.next(connections.get(i).answers().queue, until);
      if (answer == null || !answer.startsWith("HTTP/1.1 " + request.status())) {
        String got = answer == null ? "nothing" : answer.lines().findFirst().orElse("a close");
        throw Client.unexpected(request, got);
      }
    }
  }

  @Override
  public void close() {
    connections.forEach(connection -> connection.channel().close().awaitUninterruptibly());
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

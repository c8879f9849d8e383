package dev.penstock.proxy.warmup;

import dev.penstock.proxy.io.SocketIo;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/** The one thread on which the backend answers and the client asks. */
final class Loop implements AutoCloseable {

  private final SocketIo io = SocketIo.ofThisSystem();
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("warm-up-peers", true), io.newHandlers());

  EventLoopGroup group() {
    return group;
  }

  Class<? extends ServerChannel> serverType() {
    return io.serverType();
  }

  Class<? extends Channel> socketType() {
    return io.socketType();
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}

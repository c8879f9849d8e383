package dev.penstock.proxy;

import dev.penstock.proxy.io.SocketIo;
import dev.penstock.proxy.upstream.Worker;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The event loops and the kind of channel that fits them. */
record Transport(
    EventLoopGroup group, Class<? extends ServerChannel> serverType, List<Worker> workers)
    implements AutoCloseable {

  static Transport start(int threads) {
    SocketIo io = SocketIo.ofThisSystem();
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(threads, io.newHandlers());
    List<Worker> workers = new ArrayList<>();
    for (EventExecutor executor : group) {
      workers.add(new Worker(workers.size(), (EventLoop) executor, io.socketType()));
    }
    return new Transport(group, io.serverType(), List.copyOf(workers));
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }
}

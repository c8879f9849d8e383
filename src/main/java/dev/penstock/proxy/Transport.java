package dev.penstock.proxy;

import dev.penstock.proxy.upstream.Worker;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The event loops and the kind of channel that fits them: epoll on Linux, the JDK's elsewhere. */
record Transport(
    EventLoopGroup group, Class<? extends ServerChannel> serverType, List<Worker> workers)
    implements AutoCloseable {

  static Transport start(int threads) {
    boolean epoll = Epoll.isAvailable();
    IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(threads, io);
    Class<? extends Channel> socket = epoll ? EpollSocketChannel.class : NioSocketChannel.class;
    List<Worker> workers = new ArrayList<>();
    for (EventExecutor executor : group) {
      workers.add(new Worker(workers.size(), (EventLoop) executor, socket));
    }
    return new Transport(
        group,
        epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class,
        List.copyOf(workers));
  }

  /** Loads the native library, where there is one. */
  static void load() {
    var _ = Epoll.isAvailable();
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }
}

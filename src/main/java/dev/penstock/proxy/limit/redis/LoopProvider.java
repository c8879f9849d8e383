package dev.penstock.proxy.limit.redis;

import io.lettuce.core.resource.EventLoopGroupProvider;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandle;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Has Lettuce work on one event loop of the proxy, so that neither a question nor its answer
 * changes threads. The loop is only lent.
 */
record LoopProvider(EventLoop loop) implements EventLoopGroupProvider {

  /**
   * Has Lettuce open the kind of channel that the loops take. It looks once in a process, and would
   * take epoll wherever there is one.
   */
  static void prefer(EventLoop loop) {
    allow("epoll", loop, EpollIoHandle.class);
    allow("iouring", loop, IoUringIoHandle.class);
  }

  private static void allow(String name, EventLoop loop, Class<? extends IoHandle> type) {
    boolean taken = loop instanceof IoEventLoop io && io.isCompatible(type);
    System.setProperty("io.lettuce.core." + name, String.valueOf(taken));
  }

  @Override
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  public <T extends EventLoopGroup> T allocate(Class<T> type) {
    // The class is only a key of Lettuce's; it uses what every group can do.
    return (T) loop;
  }

  @Override
  public int threadPoolSize() {
    return 1;
  }

  @Override
  public Future<Boolean> release(
      EventExecutorGroup group, long quietPeriod, long timeout, TimeUnit unit) {
    return ImmediateEventExecutor.INSTANCE.newSucceededFuture(true);
  }

  @Override
  public Future<Boolean> shutdown(long quietPeriod, long timeout, TimeUnit unit) {
    return ImmediateEventExecutor.INSTANCE.newSucceededFuture(true);
  }
}

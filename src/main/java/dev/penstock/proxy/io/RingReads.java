package dev.penstock.proxy.io;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * Knows whether a read of one socket is on its way to io_uring or back. The kernel may have taken
 * bytes for it that nobody has seen yet, so whoever else takes bytes from the socket meanwhile has
 * later ones. (With epoll a read is done where it is begun.) Netty asks for room where it begins a
 * read and says what came where it ends, but not of a read that was cancelled: that counts as one
 * until the next has ended.
 */
final class RingReads implements RecvByteBufAllocator {

  /** As for each socket unless something else is asked for. */
  private static final int READS_A_TURN = 16;

  private static final RecvByteBufAllocator ROOM =
      new AdaptiveRecvByteBufAllocator().maxMessagesPerRead(READS_A_TURN);

  private boolean outstanding;

  /** To be called before the channel is first read from. */
  static void watch(Channel channel) {
    channel.config().setRecvByteBufAllocator(new RingReads());
  }

  /** Whether what is taken from the channel's socket now may be younger than what it reads next. */
  static boolean outstanding(Channel channel) {
    return channel.config().getRecvByteBufAllocator() instanceof RingReads reads
        ? reads.outstanding
        : channel instanceof IoUringSocketChannel;
  }

  @Override
  @SuppressWarnings("deprecation") // the type of Netty's own method
  public Handle newHandle() {
    return new Watching((ExtendedHandle) ROOM.newHandle());
  }

  private final class Watching extends DelegatingHandle implements ExtendedHandle {

    Watching(ExtendedHandle room) {
      super(room);
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator alloc) {
      outstanding = true;
      return super.allocate(alloc);
    }

    @Override
    public void lastBytesRead(int bytes) {
      outstanding = false;
      super.lastBytesRead(bytes);
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
      return ((ExtendedHandle) delegate()).continueReading(maybeMore);
    }
  }
}

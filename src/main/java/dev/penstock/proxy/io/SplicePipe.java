package dev.penstock.proxy.io;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.FileRegion;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.Native;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.UnixChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AbstractReferenceCounted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * Takes bytes from one socket to another within the kernel, by splice(2) through a pipe: they are
 * copied neither into this process nor out of it. Lives on the event loop of both sockets. The pipe
 * is closed when its owner and the receivers of all its parts have released it.
 *
 * <p>Not Netty's own {@code spliceTo}: that is to be removed, and it closes the socket with what is
 * still in it when the peer sends its last bytes and its end at once.
 */
final class SplicePipe extends AbstractReferenceCounted {

  /** As much as is read at once otherwise; what waits for a slow client stays as small. */
  private static final int MAX_PART = 64 << 10;

  private static final int NO_OFFSET = -1;

  private final UnixChannel from;
  private final UnixChannel to;
  private final FileDescriptor exit;
  private final FileDescriptor entry;

  private SplicePipe(UnixChannel from, UnixChannel to) throws IOException {
    this.from = from;
    this.to = to;
    FileDescriptor[] ends = FileDescriptor.pipe();
    this.exit = ends[0];
    this.entry = ends[1];
  }

  /**
   * Does what takes its time, which is no event loop's to spend, where that has not been done by
   * then: with io_uring.
   */
  static void prepare() {
    // What a channel makes room for to send the end of a part.
    System.setProperty(
        "io.netty.iouring.fileRegionChunkSize", String.valueOf(SplicedPart.LEFT_TO_CHANNEL));
    if (Epoll.isAvailable()) { // its library has splice(2)
      NonBlocking.prepare();
    }
  }

  /** Absent where bytes must pass through this process, as with TLS. */
  static @Nullable SplicePipe between(Channel from, Channel to) {
    if (Epoll.isAvailable() && isPlain(from) && isPlain(to)) {
      try {
        return new SplicePipe((UnixChannel) from, (UnixChannel) to);
      } catch (IOException e) {
        Faults.note(e); // no descriptors are left
      }
    }
    return null;
  }

  private static boolean isPlain(Channel channel) {
    return channel.isActive()
        && channel.pipeline().get(SslHandler.class) == null
        && (channel instanceof EpollSocketChannel
            || (channel instanceof IoUringSocketChannel ring && NonBlocking.make(ring)));
  }

  /**
   * Takes in what has come and finds room, for the receiver to write to its channel and so to
   * release. Absent when that is nothing, and at the end of the stream.
   */
  @Nullable FileRegion take(long max) {
    if (!from.isActive() || RingReads.outstanding(from)) {
      return null; // with a read under way, that brings the bytes
    }
    try {
      int bytes = splice(from.fd(), entry, Math.min(max, MAX_PART));
      return bytes > 0 ? new SplicedPart(this, bytes) : null;
    } catch (IOException e) {
      return null; // the next read meets the same
    }
  }

  /** Gives bytes to the other socket; returns how many it took. */
  int give(long max) throws IOException {
    return splice(exit, to.fd(), max);
  }

  /** Whether the other socket's channel does not write when it is told to, but by io_uring. */
  boolean writesLater() {
    return to instanceof IoUringSocketChannel;
  }

  /** Takes bytes out of the pipe for a channel that sends them itself; returns how many. */
  int read(int max, WritableByteChannel target) throws IOException {
    ByteBuf room = to.alloc().directBuffer(max);
    try {
      ByteBuffer into = room.internalNioBuffer(0, max);
      int begin = into.position(); // not zero with each allocator
      int bytes = exit.read(into, begin, into.limit());
      return bytes > 0 ? target.write(into.limit(begin + bytes)) : 0;
    } finally {
      room.release();
    }
  }

  /** Zero when there is nothing or no room, and at the end of the stream. */
  private static int splice(FileDescriptor in, FileDescriptor out, long max) throws IOException {
    return Native.splice(in.intValue(), NO_OFFSET, out.intValue(), NO_OFFSET, max);
  }

  @Override
  protected void deallocate() {
    close(entry);
    close(exit);
  }

  private static void close(FileDescriptor end) {
    try {
      end.close();
    } catch (IOException e) {
      Faults.note(e);
    }
  }

  @Override
  public SplicePipe touch(Object hint) {
    return this;
  }
}

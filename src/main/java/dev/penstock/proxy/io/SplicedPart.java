package dev.penstock.proxy.io;

import io.netty.channel.FileRegion;
import io.netty.util.AbstractReferenceCounted;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;

/** Some bytes in a {@link SplicePipe}, as its other socket's channel writes them. */
final class SplicedPart extends AbstractReferenceCounted implements FileRegion {

  /** So much is left to a channel that must send something itself: a page. */
  static final int LEFT_TO_CHANNEL = 4096;

  private final SplicePipe pipe;
  private final int count;
  private int transferred;
  private @Nullable WritableByteChannel turn;

  SplicedPart(SplicePipe pipe, int count) {
    this.pipe = pipe;
    this.count = count;
    pipe.retain();
  }

  /**
   * Gives all of it to the other socket, as far as that takes it at once. To be called while the
   * socket's channel has nothing else to send.
   *
   * @return whether none is left
   */
  boolean sendNow() {
    try {
      while (transferred < count) {
        if (moved(pipe.give(count - transferred)) == 0) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      return false; // the channel meets the same when it sends what is left
    }
  }

  /**
   * With epoll the target is the channel's own socket, which the pipe knows. With io_uring it is a
   * buffer that the channel sends behind this, another one each time: there must be something in
   * it, and once there is, the socket is given no more before that.
   */
  @Override
  @SuppressWarnings("ReferenceEquality") // the same buffer again
  public long transferTo(WritableByteChannel target, long position) throws IOException {
    if (!pipe.writesLater()) {
      return moved(pipe.give(count - transferred));
    }
    if (target == turn) {
      return 0;
    }
    turn = target;
    int left = count - transferred;
    int given = left > LEFT_TO_CHANNEL ? pipe.give(left - LEFT_TO_CHANNEL) : 0;
    return moved(given + pipe.read(Math.min(left - given, LEFT_TO_CHANNEL), target));
  }

  private int moved(int bytes) {
    transferred += bytes;
    return bytes;
  }

  @Override
  public long position() {
    return 0;
  }

  @Override
  @Deprecated
  public long transfered() {
    return transferred;
  }

  @Override
  public long transferred() {
    return transferred;
  }

  @Override
  public long count() {
    return count;
  }

  @Override
  protected void deallocate() {
    pipe.release();
  }

  @Override
  public SplicedPart retain() {
    super.retain();
    return this;
  }

  @Override
  public SplicedPart retain(int increment) {
    super.retain(increment);
    return this;
  }

  @Override
  public SplicedPart touch() {
    return this;
  }

  @Override
  public SplicedPart touch(Object hint) {
    return this;
  }
}

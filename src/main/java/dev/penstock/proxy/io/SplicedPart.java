package dev.penstock.proxy.io;

import io.netty.channel.FileRegion;
import io.netty.util.AbstractReferenceCounted;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;

/** Some bytes in a {@link SplicePipe}, as its other socket's channel writes them. */
final class SplicedPart extends AbstractReferenceCounted implements FileRegion {

  private final SplicePipe pipe;
  private final int count;
  private int transferred;

  SplicedPart(SplicePipe pipe, int count) {
    this.pipe = pipe;
    this.count = count;
    pipe.retain();
  }

  /** The target is the channel's own socket, which the pipe knows. */
  @Override
  public long transferTo(WritableByteChannel target, long position) throws IOException {
    int moved = pipe.give(count - transferred);
    transferred += moved;
    return moved;
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

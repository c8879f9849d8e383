package dev.penstock.proxy.io;

import io.netty.channel.DefaultMessageSizeEstimator;
import io.netty.channel.FileRegion;
import io.netty.channel.MessageSizeEstimator;
import io.netty.channel.WriteBufferWaterMark;

/**
 * How much waits to be sent on a channel. Netty would count nothing for a part of a {@link
 * SplicePipe}; here each makes its channel unwritable until it is sent, however small it is: a pipe
 * has few places, so it is to be empty before more is taken in.
 */
public final class PendingSize implements MessageSizeEstimator {

  /** Bytes that may wait to be sent to one peer before the other side is no longer read from. */
  public static final WriteBufferWaterMark MARKS = new WriteBufferWaterMark(32 << 10, 64 << 10);

  private static final Handle BUFFERS = DefaultMessageSizeEstimator.DEFAULT.newHandle();

  @Override
  public Handle newHandle() {
    return message ->
        message instanceof FileRegion part
            ? Math.toIntExact(Math.max(part.count(), MARKS.high() + 1L))
            : BUFFERS.size(message);
  }
}

package dev.penstock.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * The first bytes of a request body, kept until the backend answers, so that a request can be sent
 * again when a kept-alive connection turns out to be dead.
 */
final class ReplayBuffer {

  private static final int MAX_BYTES = 64 * 1024;

  // Copied together: a body that comes byte by byte would else hold a read buffer for each.
  private @Nullable ByteBuf kept;
  private boolean complete = true;

  /** Keeps a copy of the bytes, or gives up when there are too many. */
  void add(ByteBuf data) {
    if (!complete) {
      return;
    }
    int size = data.readableBytes();
    ByteBuf into = kept;
    if (into == null) {
      into = data.alloc().buffer(Math.min(size, MAX_BYTES));
      kept = into;
    }
    if (into.readableBytes() + size > MAX_BYTES) {
      giveUp();
    } else {
      into.writeBytes(data, data.readerIndex(), size);
    }
  }

  /** Whether all that was sent is here. */
  boolean complete() {
    return complete;
  }

  /** What to send again, possibly nothing; the receiver owns the buffer. */
  ByteBuf take() {
    return kept == null ? Unpooled.EMPTY_BUFFER : kept.copy();
  }

  /** Frees what is kept: it will not be sent again. */
  void giveUp() {
    complete = false;
    if (kept != null) {
      kept.release();
      kept = null;
    }
  }
}

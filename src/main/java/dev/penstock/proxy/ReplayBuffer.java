package dev.penstock.proxy;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * The first bytes of a request body, kept until the backend answers, so that a request can be sent
 * again when a kept-alive connection turns out to be dead.
 */
final class ReplayBuffer {

  private static final int MAX_BYTES = 64 * 1024;

  private final List<ByteBuf> kept = new ArrayList<>(2);
  private int bytes;
  private boolean complete = true;

  /** Keeps a copy of the reference, or gives up when there is too much. */
  void add(ByteBuf data) {
    bytes += data.readableBytes();
    if (complete && bytes <= MAX_BYTES) {
      kept.add(data.retainedDuplicate());
    } else {
      giveUp();
    }
  }

  /** Whether all that was sent is here. */
  boolean complete() {
    return complete;
  }

  /** What to send again; the receiver owns the buffers. */
  List<ByteBuf> take() {
    return kept.stream().map(ByteBuf::retainedDuplicate).toList();
  }

  /** Frees what is kept: it will not be sent again. */
  void giveUp() {
    complete = false;
    kept.forEach(ByteBuf::release);
    kept.clear();
  }
}

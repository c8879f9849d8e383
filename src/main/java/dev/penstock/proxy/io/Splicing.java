package dev.penstock.proxy.io;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.FileRegion;
import io.netty.channel.uring.IoUringSocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * Passes what comes on a socket on to another within the kernel, where both are plain, while it is
 * known to be nothing but the body of a message. What is read from the socket as usual in between,
 * such as that which wakes the event loop, is older than what is spliced next. So both are written
 * to the same channel in the order in which they are met.
 */
public final class Splicing {

  /** What is shorter is not worth a pipe. */
  private static final int MIN_BYTES = 256 << 10;

  /** Then other connections have their turn. */
  private static final int PARTS_A_TURN = 16;

  private final Channel from;
  private final Body body;
  private @Nullable SplicePipe pipe;

  public Splicing(Channel from, Body body) {
    this.from = from;
    this.body = body;
  }

  /** To be called on each channel before it is first read from. */
  public static void prepare(Channel channel) {
    if (channel instanceof IoUringSocketChannel) {
      RingReads.watch(channel);
    }
  }

  /** The message whose body is passed on. */
  public interface Body {

    /** Bytes that may be spliced now; none while they are not wanted. */
    long spliceable();

    /** So many bytes less are to come; the receiver owns them and releases them. */
    void onSpliced(FileRegion part);
  }

  /**
   * Sends a part past a channel that has nothing else to send, as far as its socket takes it.
   *
   * @return whether all of it is sent; else the channel is to send what is left
   */
  public static boolean sendNow(Channel channel, FileRegion part) {
    ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
    return out != null
        && out.totalPendingWriteBytes() == 0
        && part instanceof SplicedPart spliced
        && spliced.sendNow();
  }

  /** Begins, if it can and has not begun, with a body of which so much is to come. */
  public void begin(Channel to, long remaining) {
    if (pipe == null && remaining >= MIN_BYTES) {
      pipe = SplicePipe.between(from, to);
    }
  }

  public boolean begun() {
    return pipe != null;
  }

  /** Passes on what is there, as far as it is wanted. */
  public void run() {
    for (int i = 0; i < PARTS_A_TURN && pipe != null; i++) {
      long max = body.spliceable();
      FileRegion part = max > 0 ? pipe.take(max) : null;
      if (part == null) {
        return;
      }
      body.onSpliced(part);
    }
  }

  /** The body has ended or goes nowhere any more. What is in the pipe is still sent. */
  public void end() {
    if (pipe != null) {
      pipe.release();
      pipe = null;
    }
  }
}

package dev.penstock.proxy.http2;

import io.netty.buffer.ByteBuf;

/**
 * Follows the frames of a connection (RFC 9113 section 4.1) beside the decoder, which neither
 * counts those that it ignores nor tells of a header block that is never ended.
 */
public final class FrameScan {

  private static final int PREFACE = 24;
  private static final int HEADER = 9;

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int CONTINUATION = 9;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;

  private final FrameBudget budget;
  private final byte[] header = new byte[HEADER];
  private int headerBytes;
  private int skip;
  private boolean inHeaders;
  private boolean blockEnds;
  private int blocks;

  /** Follows a client, whose connection preface comes first. */
  public FrameScan(FrameBudget budget) {
    this(budget, PREFACE);
  }

  private FrameScan(FrameBudget budget, int skip) {
    this.budget = budget;
    this.skip = skip;
  }

  /** Follows a server. */
  public static FrameScan ofServer(FrameBudget budget) {
    return new FrameScan(budget, 0);
  }

  /**
   * Looks at what was received and takes nothing.
   *
   * @return false when the client sends too much that does no work
   */
  public boolean scan(ByteBuf in, long nanos) {
    budget.tick(nanos);
    int at = in.readerIndex();
    int end = in.writerIndex();
    while (at < end) {
      if (skip > 0) {
        int step = Math.min(skip, end - at);
        skip -= step;
        at += step;
      } else {
        header[headerBytes++] = in.getByte(at++);
        if (headerBytes == HEADER && !frame()) {
          return false;
        }
      }
      if (skip == 0 && headerBytes == 0 && blockEnds) {
        inHeaders = false;
        blockEnds = false;
      }
    }
    return true;
  }

  /** Whether a header block was begun and not ended. */
  public boolean inHeaders() {
    return inHeaders;
  }

  /** How many header blocks were begun: another number means another block. */
  public int blocks() {
    return blocks;
  }

  private boolean frame() {
    headerBytes = 0;
    int length = (header[0] & 0xff) << 16 | (header[1] & 0xff) << 8 | (header[2] & 0xff);
    int type = header[3];
    int flags = header[4];
    skip = length;
    if (type == HEADERS) {
      inHeaders = true;
      blocks++;
    }
    blockEnds = (type == HEADERS || type == CONTINUATION) && (flags & END_HEADERS) != 0;
    boolean works = type == HEADERS || (type == DATA && (length > 0 || (flags & END_STREAM) != 0));
    if (works) {
      budget.work();
      return true;
    }
    return budget.control();
  }
}

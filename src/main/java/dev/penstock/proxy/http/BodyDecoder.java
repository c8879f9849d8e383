package dev.penstock.proxy.http;

import io.netty.buffer.ByteBuf;

/** Delimits one message body after another on a connection (RFC 9112 section 6). */
public final class BodyDecoder {

  private final ChunkedDecoder chunked = new ChunkedDecoder();
  private long remaining;
  private boolean done = true;

  /** Starts a body of that {@link BodyLength}; a length of zero has no body and is never fed. */
  public void start(long bodyLength) {
    remaining = bodyLength;
    done = bodyLength == 0;
    if (bodyLength == BodyLength.CHUNKED) {
      chunked.start();
    }
  }

  /** Whether the body has ended. */
  public boolean done() {
    return done;
  }

  /** Bytes still to come of a body of known length; negative when that is unknown. */
  public long remaining() {
    return remaining;
  }

  /**
   * Gives what {@code in} holds of the body to the sink; bytes behind the body stay in {@code in}.
   * The sink must not free {@code in}.
   */
  public void decode(ByteBuf in, BodySink sink) throws BadMessageException {
    if (remaining == BodyLength.CHUNKED) {
      done = chunked.decode(in, sink);
      return;
    }
    int readable = in.readableBytes();
    if (remaining == BodyLength.UNTIL_CLOSE) {
      sink.onData(in.readRetainedSlice(readable));
      return;
    }
    int take = (int) Math.min(readable, remaining);
    if (take > 0) {
      remaining -= take;
      done = remaining == 0;
      sink.onData(in.readRetainedSlice(take));
    }
    if (done) {
      sink.onEnd(null);
    }
  }

  /** So much of a body of known length went past this decoder. */
  public void skip(long bytes) {
    remaining -= bytes;
    done = remaining == 0;
  }

  /** The connection has ended: only a body that is delimited by that is whole now. */
  public boolean endedByClose() {
    boolean whole = remaining == BodyLength.UNTIL_CLOSE && !done;
    done |= whole;
    return whole;
  }
}

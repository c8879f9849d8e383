package dev.penstock.proxy.http2;

import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.StreamByteDistributor;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;

/**
 * Shares what may be sent among the streams of a connection, and knows of each how much waits.
 *
 * <p>The codec itself calls all streams full as soon as what waits in all of them together is more
 * than the connection's window: one whose peer does not take it would hold up the others.
 */
public final class StreamQueues implements StreamByteDistributor {

  /** What may wait of a stream even if its own window is larger, in bytes; as of a channel. */
  private static final int MAX_PENDING = 64 * 1024;

  private final StreamByteDistributor alike;
  private final Http2Connection.PropertyKey state;

  StreamQueues(Http2Connection connection) {
    // Priorities of RFC 7540 are deprecated: streams share alike.
    alike = new UniformStreamByteDistributor(connection);
    state = connection.newKey();
  }

  /** Bytes of DATA that were written to a stream and wait for a window or for the channel. */
  long pending(Http2Stream stream) {
    StreamState known = stream.getProperty(state);
    return known == null ? 0 : known.pendingBytes();
  }

  /**
   * Whether as much of a stream waits as its own window could take, or more than is good. One that
   * is closed takes anything, and drops it.
   */
  boolean isFull(Http2Stream stream) {
    StreamState known = stream.getProperty(state);
    return known != null
        && known.pendingBytes() >= Math.min(MAX_PENDING, known.windowSize())
        && stream.state() != Http2Stream.State.CLOSED;
  }

  @Override
  public void updateStreamableBytes(StreamState of) {
    if (of.stream().getProperty(state) == null) {
      of.stream().setProperty(state, of);
    }
    alike.updateStreamableBytes(of);
  }

  @Override
  public void updateDependencyTree(
      int childStreamId, int parentStreamId, short weight, boolean exclusive) {
    alike.updateDependencyTree(childStreamId, parentStreamId, weight, exclusive);
  }

  @Override
  public boolean distribute(int maxBytes, Writer writer) throws Http2Exception {
    return alike.distribute(maxBytes, writer);
  }
}

package dev.penstock.proxy.http2;

import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;

/** Sets up HTTP/2 connections with bounds on what the other side may send. */
public abstract class FrameConnectionBuilder<
        T extends FrameConnection, B extends FrameConnectionBuilder<T, B>>
    extends AbstractHttp2ConnectionHandlerBuilder<T, B> {

  /** What a stream may be sent and not have taken, in bytes. */
  public static final int STREAM_WINDOW = 64 * 1024;

  /** Answers to PING and SETTINGS, and resets, that the peer has not read. */
  private static final int MAX_UNREAD_CONTROL_FRAMES = 1_000;

  private static final int MAX_EMPTY_DATA_FRAMES = 10;

  /** Those of the connection that is made. */
  protected final StreamQueues queues;

  /**
   * @param server whether the peer is a client
   */
  protected FrameConnectionBuilder(boolean server) {
    var connection = new DefaultHttp2Connection(server);
    queues = new StreamQueues(connection);
    connection.remote().flowController(new DefaultHttp2RemoteFlowController(connection, queues));
    connection(connection);
    encoderIgnoreMaxHeaderListSize(true);
    encoderEnforceMaxQueuedControlFrames(MAX_UNREAD_CONTROL_FRAMES);
    decoderEnforceMaxConsecutiveEmptyDataFrames(MAX_EMPTY_DATA_FRAMES);
    decoupleCloseAndGoAway(true);
    flushPreface(false);
  }
}

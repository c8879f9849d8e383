package dev.penstock.proxy.upstream;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;

/** Sets up HTTP/2 connections to backends, with bounds on what these may send. */
final class H2cBuilder extends AbstractHttp2ConnectionHandlerBuilder<H2cConnection, H2cBuilder> {

  static final int STREAM_WINDOW = 64 * 1024;

  private static final int MAX_HEADER_BYTES = 64 * 1024;
  private static final int MAX_EMPTY_DATA_FRAMES = 10;
  private static final int MAX_UNREAD_CONTROL_FRAMES = 1_000;

  private final Channel channel;
  private final H2cPool pool;

  private H2cBuilder(Channel channel, H2cPool pool) {
    this.channel = channel;
    this.pool = pool;
    var connection = new DefaultHttp2Connection(false);
    connection
        .remote()
        .flowController(
            new DefaultHttp2RemoteFlowController(
                connection, new UniformStreamByteDistributor(connection)));
    connection(connection);
    initialSettings(
        new Http2Settings()
            .pushEnabled(false)
            .initialWindowSize(STREAM_WINDOW)
            .maxHeaderListSize(MAX_HEADER_BYTES));
    encoderIgnoreMaxHeaderListSize(true);
    encoderEnforceMaxQueuedControlFrames(MAX_UNREAD_CONTROL_FRAMES);
    decoderEnforceMaxConsecutiveEmptyDataFrames(MAX_EMPTY_DATA_FRAMES);
    decoupleCloseAndGoAway(true);
    flushPreface(false);
  }

  static H2cConnection connection(Channel channel, H2cPool pool) {
    return new H2cBuilder(channel, pool).build();
  }

  @Override
  protected H2cConnection build(
      Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
    return new H2cConnection(channel, pool, decoder, encoder, settings);
  }
}

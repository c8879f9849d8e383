package dev.penstock.proxy.upstream;

import dev.penstock.proxy.http2.FrameConnectionBuilder;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Settings;

/** Sets up HTTP/2 connections to backends, with bounds on what these may send. */
final class H2cBuilder extends FrameConnectionBuilder<H2cConnection, H2cBuilder> {

  private static final int MAX_HEADER_BYTES = 64 * 1024;

  private final Channel channel;
  private final H2cPool pool;

  private H2cBuilder(Channel channel, H2cPool pool) {
    super(false);
    this.channel = channel;
    this.pool = pool;
    initialSettings(
        new Http2Settings()
            .pushEnabled(false)
            .initialWindowSize(STREAM_WINDOW)
            .maxHeaderListSize(MAX_HEADER_BYTES));
    // Counted by FrameBudget, against what was finished.
    decoderEnforceMaxRstFramesPerWindow(0, 0);
    encoderEnforceMaxRstFramesPerWindow(0, 0);
  }

  static H2cConnection connection(Channel channel, H2cPool pool) {
    return new H2cBuilder(channel, pool).build();
  }

  @Override
  protected H2cConnection build(
      Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
    return new H2cConnection(channel, pool, queues, decoder, encoder, settings);
  }
}

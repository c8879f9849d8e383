package dev.penstock.proxy;

import dev.penstock.model.EdgeLimits;
import dev.penstock.proxy.http2.ResponseFields;
import dev.penstock.proxy.upstream.Worker;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;

/** Sets up HTTP/2 connections with the limits of the gateway. */
final class Http2Builder
    extends AbstractHttp2ConnectionHandlerBuilder<Http2ClientConnection, Http2Builder> {

  private static final int STREAM_WINDOW = 64 * 1024;

  /** Answers to PING and SETTINGS, and resets, that the client has not read. */
  private static final int MAX_UNREAD_CONTROL_FRAMES = 1_000;

  private static final int MAX_EMPTY_DATA_FRAMES = 10;

  private final Channel channel;
  private final Worker worker;
  private final RequestFactory requests;

  private Http2Builder(Channel channel, Worker worker, RequestFactory requests) {
    this.channel = channel;
    this.worker = worker;
    this.requests = requests;
    var connection = new DefaultHttp2Connection(true);
    // Priorities of RFC 7540 are deprecated: streams share alike.
    connection
        .remote()
        .flowController(
            new DefaultHttp2RemoteFlowController(
                connection, new UniformStreamByteDistributor(connection)));
    connection(connection);
    initialSettings(settings(requests.snapshot().config().limits()));
    headerSensitivityDetector(ResponseFields::neverIndexed);
    encoderIgnoreMaxHeaderListSize(true);
    encoderEnforceMaxQueuedControlFrames(MAX_UNREAD_CONTROL_FRAMES);
    decoderEnforceMaxConsecutiveEmptyDataFrames(MAX_EMPTY_DATA_FRAMES);
    // Counted by FrameBudget, against what was finished.
    decoderEnforceMaxRstFramesPerWindow(0, 0);
    encoderEnforceMaxRstFramesPerWindow(0, 0);
    decoupleCloseAndGoAway(true);
    flushPreface(false);
  }

  static Http2ClientConnection connection(Channel channel, Worker worker, RequestFactory requests) {
    return new Http2Builder(channel, worker, requests).build();
  }

  private static Http2Settings settings(EdgeLimits limits) {
    return new Http2Settings()
        .maxConcurrentStreams(limits.maxStreamsPerConnection())
        .initialWindowSize(STREAM_WINDOW)
        .maxHeaderListSize(limits.maxHeaderBytes() + limits.maxRequestLineBytes());
  }

  @Override
  protected Http2ClientConnection build(
      Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
    return new Http2ClientConnection(channel, worker, requests, decoder, encoder, settings);
  }
}

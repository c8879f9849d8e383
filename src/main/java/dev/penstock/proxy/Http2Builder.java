package dev.penstock.proxy;

import dev.penstock.model.EdgeLimits;
import dev.penstock.proxy.http2.FrameConnectionBuilder;
import dev.penstock.proxy.http2.ResponseFields;
import dev.penstock.proxy.upstream.Worker;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Settings;

/** Sets up HTTP/2 connections with the limits of the gateway. */
final class Http2Builder extends FrameConnectionBuilder<Http2ClientConnection, Http2Builder> {

  private final Channel channel;
  private final Worker worker;
  private final RequestFactory requests;

  private Http2Builder(Channel channel, Worker worker, RequestFactory requests) {
    super(true);
    this.channel = channel;
    this.worker = worker;
    this.requests = requests;
    initialSettings(settings(requests.snapshot().config().limits()));
    headerSensitivityDetector(ResponseFields::neverIndexed);
    // Counted by FrameBudget, against what was finished.
    decoderEnforceMaxRstFramesPerWindow(0, 0);
    encoderEnforceMaxRstFramesPerWindow(0, 0);
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
    return new Http2ClientConnection(channel, worker, requests, queues, decoder, encoder, settings);
  }
}

package dev.penstock.proxy;

import dev.penstock.model.EdgeLimits;
import dev.penstock.proxy.http2.FrameConnection;
import dev.penstock.proxy.http2.RecentStreams;
import dev.penstock.proxy.io.Faults;
import dev.penstock.proxy.stage.StageResult;
import dev.penstock.proxy.upstream.DeadlineTimer;
import dev.penstock.proxy.upstream.Worker;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of an HTTP/2 connection (RFC 9113): frames in and out, one flush for all that
 * an iteration of the event loop brought, deadlines, and its end. Streams are not channels.
 */
final class Http2ClientConnection extends FrameConnection implements ClientConnection {

  static final long NO_DEADLINE = Long.MAX_VALUE;

  /** What all streams together may have sent and not seen taken. */
  private static final int CONNECTION_WINDOW = 1 << 20;

  /** Time for requests already on their way when the first GOAWAY is sent (RFC 9113, 6.8). */
  private static final long LAST_REQUESTS_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long STOP_PING = 0x70656e73746f636bL;

  private final Worker worker;
  private final Http2Requests streams;
  private final EdgeLimits limits;
  private final DeadlineTimer timer;
  private final RecentStreams resets = new RecentStreams();
  private long scheduled = NO_DEADLINE;
  private long idleDeadline;
  private long headerDeadline = NO_DEADLINE;
  private long stopDeadline = NO_DEADLINE;
  private int watchedBlock;
  private boolean refusing;
  private boolean ending;

  /** Made by {@link Http2Builder}. */
  Http2ClientConnection(
      Channel channel,
      Worker worker,
      RequestFactory requests,
      Http2ConnectionDecoder decoder,
      Http2ConnectionEncoder encoder,
      Http2Settings settings) {
    super(channel, CONNECTION_WINDOW, decoder, encoder, settings);
    this.worker = worker;
    this.limits = requests.snapshot().config().limits();
    this.timer = new DeadlineTimer(channel.eventLoop(), this::sweep);
    this.streams = new Http2Requests(this, worker, requests);
    connection().addListener(streams.streamEvents());
    encoder.flowController().listener(streams::writabilityChanged);
    decoder.frameListener(streams);
    this.idleDeadline = arm(limits.idleTimeout().toNanos());
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
    super.handlerAdded(ctx);
    ctx.flush();
  }

  @Override
  public Worker worker() {
    return worker;
  }

  long clientStallNanos() {
    return limits.idleTimeout().toNanos();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    ByteBuf in = (ByteBuf) message;
    if (refusing || !permitted(in)) {
      in.release();
      return;
    }
    super.channelRead(ctx, in);
  }

  private boolean permitted(ByteBuf in) {
    if (!frames().scan(in, System.nanoTime())) {
      calmDown("frames that do no work");
      return false;
    }
    if (!frames().inHeaders()) {
      headerDeadline = NO_DEADLINE;
    } else if (frames().blocks() != watchedBlock || headerDeadline == NO_DEADLINE) {
      watchedBlock = frames().blocks();
      headerDeadline = arm(limits.headerTimeout().toNanos());
    }
    return true;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    streams.flushBackends();
    super.channelReadComplete(ctx);
    endIfDone();
  }

  @Override
  protected void flushNow() {
    super.flushNow();
    endIfDone();
  }

  /** What may still be sent of a stream's answer; gone with the stream. */
  int window(Http2Stream stream) {
    return encoder().flowController().windowSize(stream);
  }

  @Override
  protected void onStreamError(
      ChannelHandlerContext ctx,
      boolean outbound,
      Throwable cause,
      Http2Exception.StreamException error) {
    Http2Stream stream = connection().stream(error.streamId());
    if (outbound && (stream == null || stream.state() == Http2Stream.State.CLOSED)) {
      return; // What was still to be sent to a stream that the client has reset.
    }
    if (stream == null && error.error() == Http2Error.STREAM_CLOSED) {
      onFrameOfClosedStream(ctx, error);
      return;
    }
    streams.broken(stream);
    if (outbound || mayReset()) {
      super.onStreamError(ctx, outbound, cause, precise(stream, error));
    } else {
      calmDown("faulty streams");
    }
  }

  /** The codec calls a header block behind the end of a request a protocol error: RFC 9113, 5.1. */
  private static Http2Exception.StreamException precise(
      @Nullable Http2Stream stream, Http2Exception.StreamException error) {
    boolean behindEnd =
        stream != null
            && stream.state() == Http2Stream.State.HALF_CLOSED_REMOTE
            && String.valueOf(error.getMessage()).contains("received too many headers");
    return behindEnd
        ? (Http2Exception.StreamException)
            Http2Exception.streamError(
                error.streamId(), Http2Error.STREAM_CLOSED, "%s", error.getMessage())
        : error;
  }

  /** RFC 9113 section 5.1: only what this side has reset may still be on its way. */
  private void onFrameOfClosedStream(
      ChannelHandlerContext ctx, Http2Exception.StreamException error) {
    if (!resets.contains(error.streamId())) {
      Http2Exception fatal =
          Http2Exception.connectionError(Http2Error.STREAM_CLOSED, "%s", error.getMessage());
      onConnectionError(ctx, false, fatal, fatal);
    }
  }

  @Override
  public ChannelFuture resetStream(
      ChannelHandlerContext ctx, int streamId, long errorCode, ChannelPromise promise) {
    resets.add(streamId);
    return super.resetStream(ctx, streamId, errorCode, promise);
  }

  @Override
  protected void handleServerHeaderDecodeSizeError(ChannelHandlerContext ctx, Http2Stream stream) {
    streams.refuseLargeHeaders(stream);
  }

  private void calmDown(String what) {
    if (!refusing) {
      Http2Exception error = tooMuch(what);
      onConnectionError(ctx(), false, error, error);
      flush(ctx());
    }
  }

  @Override
  protected void onConnectionError(
      ChannelHandlerContext ctx,
      boolean outbound,
      Throwable cause,
      @Nullable Http2Exception error) {
    refusing = true;
    if (error == null) {
      Faults.note(cause);
    }
    super.onConnectionError(ctx, outbound, cause, flood(error) ? tooMuch("header bytes") : error);
  }

  /** A header block beyond all bounds is what the codec calls a protocol error. */
  private static boolean flood(@Nullable Http2Exception error) {
    return error != null && String.valueOf(error.getMessage()).startsWith("Header size exceeded");
  }

  /** Sees to a deadline that many nanoseconds from now; returns when that is. */
  long arm(long nanos) {
    long at = System.nanoTime() + nanos;
    if (scheduled == NO_DEADLINE || at - scheduled < 0) {
      scheduled = at;
      timer.set(nanos);
    }
    return at;
  }

  private void sweep() {
    scheduled = NO_DEADLINE;
    long now = System.nanoTime();
    if (passed(headerDeadline, now)) {
      headerDeadline = NO_DEADLINE;
      calmDown("seconds for a header block");
    }
    if (passed(stopDeadline, now)) {
      endWithLastRequest();
    }
    if (connection().numActiveStreams() == 0 && passed(idleDeadline, now)) {
      endWithLastRequest();
    }
    streams.deadlinesPassed(now);
    rearm(headerDeadline, now);
    rearm(stopDeadline, now);
    rearm(connection().numActiveStreams() == 0 ? idleDeadline : NO_DEADLINE, now);
    streams.forEachDeadline(deadline -> rearm(deadline, now));
    flushNow();
  }

  private void rearm(long deadline, long now) {
    if (deadline != NO_DEADLINE && !ending) {
      arm(Math.max(0, deadline - now));
    }
  }

  static boolean passed(long deadline, long now) {
    return deadline != NO_DEADLINE && deadline - now <= 0;
  }

  /** No stream is open any more. */
  void idle() {
    idleDeadline = arm(limits.idleTimeout().toNanos());
    if (ending) {
      flushSoon();
    }
  }

  @Override
  public void stop() {
    if (stopDeadline == NO_DEADLINE && !ending && channel().isActive()) {
      stopDeadline = arm(LAST_REQUESTS_NANOS);
      goAway(Integer.MAX_VALUE);
      encoder().writePing(ctx(), false, STOP_PING, ctx().newPromise());
      flushNow();
    }
  }

  /** The answer to a PING says that the client has seen all that was sent before it. */
  void pingAnswered(long data) {
    if (data == STOP_PING && stopDeadline != NO_DEADLINE) {
      endWithLastRequest();
    }
  }

  private void endWithLastRequest() {
    stopDeadline = NO_DEADLINE;
    if (!ending) {
      ending = true;
      goAway(connection().remote().lastStreamCreated());
      flushSoon();
    }
  }

  private void endIfDone() {
    if (ending && connection().numActiveStreams() == 0) {
      channel().close();
    }
  }

  @Override
  public long held() {
    ChannelOutboundBuffer out = channel().unsafe().outboundBuffer();
    return streams.held() + (out == null ? 0 : out.totalPendingWriteBytes());
  }

  @Override
  public void cutOff(StageResult.Respond why) {
    streams.cutOff(why);
    ending = true;
    goAway(connection().remote().lastStreamCreated());
    flush(ctx());
    ClientConnection.close(channel(), why);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    timer.cancel();
    super.channelInactive(ctx);
    timer.cancel();
  }
}

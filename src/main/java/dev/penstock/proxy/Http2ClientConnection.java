package dev.penstock.proxy;

import dev.penstock.model.EdgeLimits;
import dev.penstock.proxy.http2.FrameConnection;
import dev.penstock.proxy.http2.RecentStreams;
import dev.penstock.proxy.http2.StreamQueues;
import dev.penstock.proxy.io.Faults;
import dev.penstock.proxy.stage.StageResult;
import dev.penstock.proxy.upstream.DeadlineTimer;
import dev.penstock.proxy.upstream.Worker;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
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

  /** Time for requests already on their way when the first GOAWAY is sent (RFC 9113, 6.8). */
  private static final long LAST_REQUESTS_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long STOP_PING = 0x70656e73746f636bL;

  private final Worker worker;
  private final Http2Requests streams;
  private final EdgeLimits limits;
  private final int maxStreams;
  private final DeadlineTimer timer;
  private final RecentStreams resets = new RecentStreams();
  private long scheduled = NO_DEADLINE;
  private long idleDeadline;
  private long headerDeadline = NO_DEADLINE;
  private long stopDeadline = NO_DEADLINE;
  private long unsentDeadline = NO_DEADLINE;
  private int unsentResets;
  private int lastStream = Integer.MAX_VALUE;
  private int watchedBlock;
  private boolean refusing;
  private boolean ending;

  /** Made by {@link Http2Builder}. */
  Http2ClientConnection(
      Channel channel,
      Worker worker,
      RequestFactory requests,
      StreamQueues queues,
      Http2ConnectionDecoder decoder,
      Http2ConnectionEncoder encoder,
      Http2Settings settings) {
    super(channel, queues, window(settings), decoder, encoder, settings);
    this.worker = worker;
    this.limits = requests.snapshot().config().limits();
    this.maxStreams = maxStreams(settings);
    this.timer = new DeadlineTimer(channel.eventLoop(), this::sweep);
    this.streams = new Http2Requests(this, worker, requests);
    connection().addListener(streams.streamEvents());
    decoder.frameListener(streams);
    this.idleDeadline = arm(limits.idleTimeout().toNanos());
  }

  /** For all streams at their limit and one more: bodies that wait must not hold up another. */
  private static int window(Http2Settings settings) {
    return (maxStreams(settings) + 1) * Http2Builder.STREAM_WINDOW;
  }

  private static int maxStreams(Http2Settings settings) {
    return Math.toIntExact(settings.maxConcurrentStreams());
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

  /** Whether a stream that has just begun is one too many, or came behind the last GOAWAY. */
  boolean refusesStream() {
    return ending || connection().numActiveStreams() > maxStreams;
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
  protected void onWritable(Http2Stream stream) {
    streams.writabilityChanged(stream);
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
    if (!outbound && !mayReset()) {
      calmDown("faulty streams");
      return;
    }
    Http2Stream begun = stream == null && !outbound ? begin(error.streamId()) : null;
    if (begun != null && error instanceof Http2Exception.HeaderListSizeException) {
      streams.refuseLargeHeaders(begun); // and no reset, which would overtake the answer
    } else {
      super.onStreamError(ctx, outbound, cause, precise(stream, error));
    }
  }

  /**
   * Counts a stream as begun whose header block was refused. Else what is on its way behind that
   * would be of a stream that never was, which is the fault of a connection (RFC 9113, 5.1).
   */
  private @Nullable Http2Stream begin(int streamId) {
    try {
      return connection().streamMayHaveExisted(streamId)
          ? null
          : connection().remote().createStream(streamId, false).headersReceived(false);
    } catch (Http2Exception e) {
      return null;
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
    ChannelFuture sent = super.resetStream(ctx, streamId, errorCode, promise);
    if (!sent.isDone()) {
      unsentResets++;
      watchUnsentResets();
      sent.addListener(
          _ -> {
            unsentResets--;
            watchUnsentResets();
          });
    }
    return sent;
  }

  /** A stream stays until its reset is sent, so one that nobody reads would keep all else too. */
  private void watchUnsentResets() {
    if (unsentResets == 0) {
      unsentDeadline = NO_DEADLINE;
    } else if (channel().isActive()) {
      unsentDeadline = arm(clientStallNanos());
    }
  }

  @Override
  protected void handleServerHeaderDecodeSizeError(ChannelHandlerContext ctx, Http2Stream stream) {
    // Trailers: the stream is reset.
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
    if (passed(unsentDeadline, now)) {
      unsentDeadline = NO_DEADLINE;
      ClientConnection.closeNow(channel());
    }
    streams.deadlinesPassed(now);
    rearm(headerDeadline, now);
    rearm(stopDeadline, now);
    rearm(unsentDeadline, now);
    rearm(connection().numActiveStreams() == 0 && !ending ? idleDeadline : NO_DEADLINE, now);
    streams.forEachDeadline(deadline -> rearm(deadline, now));
    flushNow();
  }

  private void rearm(long deadline, long now) {
    if (deadline != NO_DEADLINE) {
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
      lastStream = connection().remote().lastStreamCreated();
      // Not by way of the codec: to it, what is on its way behind this would be a fault.
      encoder()
          .frameWriter()
          .writeGoAway(
              ctx(),
              lastStream,
              Http2Error.NO_ERROR.code(),
              Unpooled.EMPTY_BUFFER,
              ctx().newPromise());
      flushSoon();
    }
  }

  @Override
  public ChannelFuture goAway(
      ChannelHandlerContext ctx,
      int last,
      long errorCode,
      ByteBuf debugData,
      ChannelPromise promise) {
    // RFC 9113 section 6.8: never a higher one than before.
    return super.goAway(ctx, Math.min(last, lastStream), errorCode, debugData, promise);
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

package dev.penstock.proxy.http2;

import dev.penstock.proxy.io.Faults;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a connection to a client and one to a backend have in common (RFC 9113): frames out with one
 * flush for all that a turn of the event loop brings, and a bound on what comes in and does no
 * work.
 */
public abstract class FrameConnection extends Http2ConnectionHandler {

  private final Channel channel;
  private final StreamQueues queues;
  private final Set<Http2Stream> full = new LinkedHashSet<>();
  private final FrameBudget budget;
  private final FrameScan frames;
  private final int window;
  private final Runnable flush = this::flushNow;
  private @Nullable ChannelHandlerContext context;
  private boolean reading;
  private boolean flushing;

  /**
   * @param window what all streams together may be sent and not have taken, in bytes
   */
  protected FrameConnection(
      Channel channel,
      StreamQueues queues,
      int window,
      Http2ConnectionDecoder decoder,
      Http2ConnectionEncoder encoder,
      Http2Settings settings) {
    super(decoder, encoder, settings, true, false);
    this.channel = channel;
    this.queues = queues;
    this.budget = new FrameBudget(System.nanoTime());
    this.frames = connection().isServer() ? new FrameScan(budget) : FrameScan.ofServer(budget);
    this.window = window;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
    context = ctx;
    super.handlerAdded(ctx);
    decoder()
        .flowController()
        .incrementWindowSize(
            connection().connectionStream(), window - Http2CodecUtil.DEFAULT_WINDOW_SIZE);
  }

  protected final ChannelHandlerContext ctx() {
    if (context == null) {
      throw new IllegalStateException("used before it was added");
    }
    return context;
  }

  public final Channel channel() {
    return channel;
  }

  /** Reads on, until {@link #channelReadComplete}; what is written meanwhile is flushed then. */
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    reading = true;
    super.channelRead(ctx, message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    reading = false;
    super.channelReadComplete(ctx);
  }

  /** Lets what was written be sent, with whatever else this turn of the event loop writes. */
  public final void flushSoon() {
    if (!reading && !flushing) {
      flushing = true;
      channel.eventLoop().execute(flush);
    }
  }

  protected void flushNow() {
    flushing = false;
    if (channel.isActive()) {
      flush(ctx());
    }
  }

  public final void headers(Http2Stream stream, Http2Headers headers, boolean last) {
    encoder().writeHeaders(ctx(), stream.id(), headers, 0, last, ctx().newPromise());
    flushSoon();
  }

  public final void data(Http2Stream stream, ByteBuf data, boolean last) {
    budget.work(data.readableBytes());
    encoder().writeData(ctx(), stream.id(), data, 0, last, ctx().newPromise());
    flushSoon();
  }

  /** Bytes of a stream's DATA that wait to be sent. */
  public final long pending(Http2Stream stream) {
    return queues.pending(stream);
  }

  /** Whether more of a stream can be taken; if not, {@link #onWritable} tells when it can. */
  public final boolean isWritable(Http2Stream stream) {
    boolean writable = channel.isWritable() && !queues.isFull(stream);
    if (!writable) {
      full.add(stream);
    }
    return writable;
  }

  /** A stream that was full takes more, or is gone. */
  protected abstract void onWritable(Http2Stream stream);

  private void tellWritable() {
    if (full.isEmpty() || !channel.isWritable()) {
      return;
    }
    for (Http2Stream stream : List.copyOf(full)) {
      if (!queues.isFull(stream) && full.remove(stream)) {
        onWritable(stream);
      }
    }
  }

  /** Sends what the windows allow; every change of these ends here. */
  @Override
  public void flush(ChannelHandlerContext ctx) {
    super.flush(ctx);
    tellWritable();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) throws Exception {
    super.channelWritabilityChanged(ctx);
    tellWritable();
  }

  /** Gives the peer its window back for bytes that have been taken on. */
  public final void consumed(Http2Stream stream, int bytes) {
    try {
      if (bytes > 0 && decoder().flowController().consumeBytes(stream, bytes)) {
        flushSoon();
      }
    } catch (Http2Exception e) {
      onError(ctx(), true, e);
    }
  }

  /** Ends a stream for a reason that is not the peer's. */
  public final void reset(Http2Stream stream, Http2Error error) {
    resetStream(ctx(), stream.id(), error.code(), ctx().newPromise());
    flushSoon();
  }

  /** A request was answered to its end. */
  public final void finished() {
    budget.finished();
  }

  /** Counts a stream that the peer broke off. */
  public final void countReset() throws Http2Exception {
    if (!mayReset()) {
      throw tooMuch("streams broken off");
    }
  }

  /** Counts a stream that ends by the peer's doing; false when these are too many. */
  protected final boolean mayReset() {
    return budget.reset(System.nanoTime());
  }

  protected static Http2Exception tooMuch(String what) {
    return Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "too many %s", what);
  }

  /** Tells the peer that streams above this one are not looked at. */
  protected final void goAway(int lastStream) {
    goAway(
        ctx(), lastStream, Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER, ctx().newPromise());
  }

  /** What is coming in. */
  protected final FrameScan frames() {
    return frames;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
    if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) != null) {
      super.exceptionCaught(ctx, cause);
    } else {
      // A reset, a failed write or TLS record: channelInactive follows and ends the requests.
      Faults.note(cause);
      ctx.close();
    }
  }
}

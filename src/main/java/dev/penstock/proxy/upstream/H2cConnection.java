package dev.penstock.proxy.upstream;

import dev.penstock.proxy.http2.FrameConnection;
import dev.penstock.proxy.http2.StreamQueues;
import dev.penstock.proxy.io.Faults;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/2 connection to a backend, by prior knowledge (RFC 9113 section 3.3): a request is a
 * stream. What a backend may send that does no work is bounded as it is for clients.
 */
final class H2cConnection extends FrameConnection {

  /** Requests at a time, if the backend's own bound is not lower. */
  private static final int MAX_STREAMS = 100;

  /** How long a backend may take to tell its bound; after that it is taken to have none. */
  private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** All streams may be held up by their clients and leave room for one that is not. */
  private static final int CONNECTION_WINDOW = (MAX_STREAMS + 1) * H2cBuilder.STREAM_WINDOW;

  /**
   * How long a backend may take to end a stream behind a head that no body follows: many do so with
   * an empty DATA frame, and take it ill to be reset each time.
   */
  private static final long END_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** With nothing read for so long, a connection may be one whose other end is gone. */
  private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final H2cPool pool;
  private final Http2Connection.PropertyKey key;
  private final H2cFrames streams;
  private final DeadlineTimer idle;
  private final DeadlineTimer unsettled;
  private int leased;
  private long lastRead = System.nanoTime();
  private boolean used;
  private boolean settled;
  private boolean leaving;
  private boolean refusing;

  /** Made by {@link H2cBuilder}. */
  H2cConnection(
      Channel channel,
      H2cPool pool,
      StreamQueues queues,
      Http2ConnectionDecoder decoder,
      Http2ConnectionEncoder encoder,
      Http2Settings settings) {
    super(channel, queues, CONNECTION_WINDOW, decoder, encoder, settings);
    this.pool = pool;
    this.key = connection().newKey();
    this.idle = new DeadlineTimer(channel.eventLoop(), this::retire);
    this.unsettled = new DeadlineTimer(channel.eventLoop(), this::settled);
    this.streams = new H2cFrames(this);
    connection().addListener(streams.streamEvents());
    decoder.frameListener(streams);
    idle.set(IDLE_NANOS);
    unsettled.set(SETTLE_NANOS);
  }

  InetSocketAddress address() {
    return pool.address();
  }

  /** The bytes that go to the backend are written by this loop alone. */
  void execute(Runnable task) {
    channel().eventLoop().execute(task);
  }

  /** The backend's bound is known, or no longer waited for. */
  void settled() {
    if (!settled) {
      settled = true;
      unsettled.cancel();
      pool.settled();
    }
  }

  /**
   * Whether another request can be sent on it: only one before the backend's SETTINGS have come,
   * for a backend that allows few would refuse the others.
   */
  boolean hasRoom() {
    int most = settled ? Math.min(MAX_STREAMS, connection().local().maxActiveStreams()) : 1;
    // The codec counts what outlasts its request too.
    return !leaving
        && channel().isActive()
        && leased < most
        && connection().local().canOpenStream();
  }

  /** Takes room for a request. */
  H2cStream lease() {
    leased++;
    idle.clear();
    boolean first = !used;
    used = true;
    return new H2cStream(this, first);
  }

  /** A request has ended, with its stream or before it had one. */
  void returned() {
    leased--;
    pool.returned();
    if (leased > 0) {
      return;
    }
    if (leaving || pool.retired()) {
      leave();
    } else {
      idle.set(IDLE_NANOS);
    }
  }

  /** No further requests; closed with the last that is under way. */
  void retire() {
    takeNoMore();
    if (leased == 0) {
      leave();
    }
  }

  void takeNoMore() {
    leaving = true;
    pool.remove(this);
    settled();
  }

  /** A request that began then is given up: if nothing came since, others may fare no better. */
  void givenUp(long begunNanos) {
    if (lastRead - begunNanos < 0 && System.nanoTime() - lastRead > SILENT_NANOS) {
      takeNoMore();
    }
  }

  private void leave() {
    takeNoMore();
    idle.cancel();
    if (channel().isActive() && !refusing) {
      goAway(0);
      flush(ctx());
    }
    channel().close();
  }

  /** Opens a stream; null when the connection takes none, which then is told to the stream. */
  @Nullable Http2Stream begin(H2cStream of, Http2Headers headers, boolean last) {
    int id = connection().local().incrementAndGetNextStreamId();
    if (id < 0) {
      takeNoMore();
      return null;
    }
    encoder().writeHeaders(ctx(), id, headers, 0, last, ctx().newPromise());
    Http2Stream stream = connection().stream(id);
    if (stream != null) {
      stream.setProperty(key, of);
    }
    flushSoon();
    return stream;
  }

  /** Ends a stream on which nothing more can come, unless the backend does so in time. */
  void endSoon(Http2Stream stream) {
    channel()
        .eventLoop()
        .schedule(
            () -> {
              if (stream.state() != Http2Stream.State.CLOSED) {
                reset(stream, Http2Error.CANCEL);
              }
            },
            END_NANOS,
            TimeUnit.NANOSECONDS);
  }

  @Nullable H2cStream of(@Nullable Http2Stream stream) {
    return stream == null ? null : stream.getProperty(key);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    ByteBuf in = (ByteBuf) message;
    lastRead = System.nanoTime();
    if (refusing || !frames().scan(in, lastRead)) {
      in.release();
      if (!refusing) {
        Http2Exception error = tooMuch("frames that do no work");
        onConnectionError(ctx, false, error, error);
      }
      return;
    }
    super.channelRead(ctx, in);
  }

  @Override
  protected void onWritable(Http2Stream stream) {
    streams.writabilityChanged(stream);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    streams.readComplete();
    super.channelReadComplete(ctx);
  }

  @Override
  protected void onStreamError(
      ChannelHandlerContext ctx,
      boolean outbound,
      Throwable cause,
      Http2Exception.StreamException error) {
    Http2Stream known = connection().stream(error.streamId());
    if (known == null) {
      return; // RFC 9113 section 5.1: what was on its way when the stream was reset
    }
    H2cStream stream = of(known);
    if (stream != null) {
      stream.failed(UpstreamFailure.GARBAGE);
    }
    super.onStreamError(ctx, outbound, cause, error);
  }

  @Override
  protected void onConnectionError(
      ChannelHandlerContext ctx,
      boolean outbound,
      Throwable cause,
      @Nullable Http2Exception error) {
    refusing = true;
    takeNoMore();
    if (error == null) {
      Faults.note(cause);
    } else {
      streams.forEach(stream -> stream.failed(UpstreamFailure.GARBAGE));
    }
    super.onConnectionError(ctx, outbound, cause, error);
    flush(ctx);
    ctx.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    takeNoMore();
    idle.cancel();
    super.channelInactive(ctx);
  }
}

package dev.penstock.proxy.upstream;

import dev.penstock.proxy.http.BadMessageException;
import dev.penstock.proxy.http.BodyDecoder;
import dev.penstock.proxy.http.BodyLength;
import dev.penstock.proxy.http.BodySink;
import dev.penstock.proxy.http.Fields;
import dev.penstock.proxy.http.HeadBuffer;
import dev.penstock.proxy.http.HeadReader;
import dev.penstock.proxy.http.MessageWriter;
import dev.penstock.proxy.http.ResponseHead;
import dev.penstock.proxy.http.Upgrade;
import dev.penstock.proxy.io.Faults;
import dev.penstock.proxy.io.Splicing;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.FileRegion;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 connection to a backend: idle in its pool, or serving one listener. Strict about
 * what it reads (RFC 9112); whatever does not fit closes it.
 */
public final class UpstreamConnection extends ChannelInboundHandlerAdapter
    implements BodySink, Splicing.Body, UpstreamStream {

  private static final int MAX_STATUS_LINE = 8 * 1024;
  private static final int MAX_FIELD_BYTES = 64 * 1024;
  private static final int MAX_FIELDS = 200;

  private final HeadReader reader = new HeadReader(MAX_STATUS_LINE, MAX_FIELD_BYTES);
  private final ResponseHead head = new ResponseHead();
  private final BodyDecoder body = new BodyDecoder();
  private final Channel channel;
  private final ConnectionPool pool;
  private final MessageWriter writer;
  private final DeadlineTimer idle;
  private final Splicing splicing;
  private @Nullable UpstreamListener listener;
  private @Nullable ByteBuf reading;
  private @Nullable Upgrade upgrade;
  private @Nullable UpgradeListener upgradeListener;
  private boolean paused;
  private boolean chunked;
  private boolean answersHead;
  private boolean headRead;
  private boolean responseEnded;
  private boolean excess;
  private boolean broken;
  private boolean firstUse = true;
  private boolean secure;
  private boolean closeNotified;
  private boolean handedOver;

  UpstreamConnection(Channel channel, ConnectionPool pool) {
    this.channel = channel;
    this.pool = pool;
    this.writer = new MessageWriter(channel);
    this.splicing = new Splicing(channel, this);
    this.idle = new DeadlineTimer(channel.eventLoop(), this::closeIdle);
  }

  /** Starts to read answers from the channel, which is connected. */
  UpstreamConnection attach() {
    secure = channel.pipeline().get(SslHandler.class) != null;
    channel.pipeline().addLast(this);
    return this;
  }

  /** Hands the connection to a listener, who then writes one request. */
  void lease(UpstreamListener next) {
    idle.clear();
    listener = next;
    answersHead = false;
    headRead = false;
    responseEnded = false;
    excess = false;
    upgrade = null;
    upgradeListener = null;
  }

  /** Hears that a backend has taken an upgrade. */
  @FunctionalInterface
  public interface UpgradeListener {

    /**
     * The backend has switched; the listener now calls {@link #handOver} or {@link #abort}.
     *
     * @param from whose it is
     * @param head of the 101, valid within the call
     * @param protocol one of those asked for
     */
    void onUpgrade(UpstreamConnection from, ResponseHead head, String protocol);
  }

  @Override
  public InetSocketAddress address() {
    return pool.address();
  }

  @Override
  public boolean firstUse() {
    return firstUse;
  }

  @Override
  public void expectNoBody() {
    answersHead = true;
  }

  /** Says that the request asks for another protocol, so that a 101 may come. */
  public void expectUpgrade(Upgrade asked, UpgradeListener then) {
    upgrade = asked;
    upgradeListener = then;
  }

  /**
   * Gives the channel to another handler after {@link UpgradeListener#onUpgrade}, beginning with
   * what was read behind the 101. It still counts as at work until it is closed.
   */
  public void handOver(ChannelHandler successor) {
    handedOver = true;
    listener = null;
    idle.cancel();
    channel.closeFuture().addListener(_ -> pool.returned());
    channel.pipeline().replace(this, null, successor);
  }

  @Override
  public void head(HeadBuffer text, long bodyLength) {
    chunked = bodyLength == BodyLength.CHUNKED;
    writer.head(text);
  }

  @Override
  public void data(ByteBuf data) {
    if (chunked) {
      writer.chunk(data);
    } else {
      writer.data(data);
    }
  }

  @Override
  public void spliced(FileRegion part) {
    writer.spliced(part);
  }

  @Override
  public @Nullable Channel spliceTarget() {
    return chunked ? null : channel;
  }

  @Override
  public void spliceTo(Channel client) {
    splicing.begin(client, body.remaining());
  }

  @Override
  public void end(HeadBuffer scratch, @Nullable Fields trailers) {
    if (chunked) {
      writer.lastChunk(scratch, trailers);
    }
  }

  @Override
  public void flush() {
    writer.flush();
  }

  boolean isActive() {
    return channel.isActive();
  }

  @Override
  public boolean isWritable() {
    return channel.isWritable();
  }

  @Override
  public long pending() {
    ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
    return out == null ? 0 : out.totalPendingWriteBytes();
  }

  @Override
  public void setReading(boolean wanted) {
    paused = !wanted;
    if (wanted && splicing.begun()) {
      // Not at once: this may be within a flush of the very channel that would be written to.
      channel.eventLoop().execute(this::resumeSplicing);
    } else {
      channel.config().setAutoRead(wanted);
    }
  }

  private void resumeSplicing() {
    splicing.run();
    if (!paused && channel.isActive()) {
      channel.config().setAutoRead(true);
    }
  }

  /** It is kept if the backend keeps it and sent nothing beyond its answer. */
  @Override
  public void release() {
    splicing.end();
    paused = false;
    listener = null;
    firstUse = false;
    boolean reusable = responseEnded && !excess && !broken && head.keepAlive() && isActive();
    reader.reset();
    pool.returned();
    if (!reusable || !pool.offer(this)) {
      channel.close();
      return;
    }
    channel.config().setAutoRead(true);
    idle.set(ConnectionPool.IDLE_NANOS);
  }

  @Override
  public void abort() {
    splicing.end();
    if (listener != null) {
      listener = null;
      pool.returned();
    }
    writer.discard();
    channel.close();
  }

  void closeIdle() {
    pool.remove(this);
    channel.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    reading = in;
    try {
      read(in);
      if (handedOver && in.isReadable()) {
        ctx.fireChannelRead(in.retain()); // to the successor
      }
    } catch (BadMessageException e) {
      fail(UpstreamFailure.GARBAGE, e.detail());
    } finally {
      reading = null;
      in.release();
    }
    splicing.run();
  }

  private void read(ByteBuf in) throws BadMessageException {
    while (in.isReadable() && !handedOver) {
      if (listener == null) {
        // Nobody asked: bytes beyond a response, or before a request. Never the next one's answer.
        closeIdle();
        return;
      }
      if (headRead) {
        body.decode(in, this);
      } else if (reader.read(in)) {
        readHead();
      }
    }
  }

  private void readHead() throws BadMessageException {
    UpstreamListener current = Objects.requireNonNull(listener);
    head.parse(reader.bytes(), reader.startLineEnd(), reader.length(), MAX_FIELDS, answersHead);
    if (head.informational()) {
      if (head.status() == 101) {
        switchProtocol();
        return;
      }
      if (head.status() != 100) {
        current.onInformational(head);
      }
      reader.reset();
      return;
    }
    headRead = true;
    body.start(head.bodyLength());
    current.onHead(head);
    if (body.done()) {
      onEnd(null);
    }
  }

  private void switchProtocol() throws BadMessageException {
    if (upgrade == null || upgradeListener == null) {
      throw new BadMessageException("101 to a request that asked for no upgrade");
    }
    upgradeListener.onUpgrade(this, head, upgrade.taken(head));
  }

  @Override
  public void onData(ByteBuf data) {
    if (listener == null) {
      data.release();
    } else {
      listener.onData(data);
    }
  }

  @Override
  public long spliceable() {
    return paused || listener == null ? 0 : body.remaining();
  }

  @Override
  public void onSpliced(FileRegion part) {
    body.skip(part.count());
    if (listener == null) {
      part.release();
    } else {
      listener.onSpliced(part);
    }
    if (body.done()) {
      onEnd(null);
    }
  }

  @Override
  public void onEnd(@Nullable Fields trailers) {
    splicing.end();
    responseEnded = true;
    excess = reading != null && reading.isReadable();
    if (listener != null) {
      listener.onEnd(trailers);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (listener != null) {
      listener.onReadComplete();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (listener != null) {
      listener.onWritabilityChanged();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    idle.cancel();
    splicing.end();
    writer.discard();
    if (listener == null) {
      pool.remove(this);
    } else if (headRead && endedCleanly() && body.endedByClose()) {
      onEnd(null);
      if (listener != null) {
        listener.onReadComplete();
      }
    } else if (!responseEnded) {
      boolean started = headRead || reader.started();
      fail(
          started ? UpstreamFailure.TRUNCATED : UpstreamFailure.CLOSED_EARLY,
          "the backend closed the connection");
    }
  }

  /** With TLS only the backend's own close_notify is an end; anybody can cut a connection. */
  private boolean endedCleanly() {
    return !broken && (closeNotified || !secure);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslCloseCompletionEvent close) {
      closeNotified = close.isSuccess();
    }
  }

  @Override
  @SuppressWarnings("deprecation") // the inbound event of that name is not deprecated
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // A reset, a failed write or TLS record; channelInactive follows and tells the listener.
    broken = true;
    Faults.note(cause);
    // A backend that refuses an upload may answer and leave at once; its answer can still be read
    // when writing has failed. A failed read closes the channel itself.
    if (secure || listener == null || !(cause instanceof IOException)) {
      ctx.close();
    }
  }

  private void fail(UpstreamFailure failure, String detail) {
    UpstreamListener current = listener;
    abort();
    if (current != null) {
      current.onFailure(failure, detail);
    }
  }
}

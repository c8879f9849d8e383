package dev.penstock.proxy.tunnel;

import dev.penstock.proxy.io.Faults;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One of the two connections of a tunnel. */
final class TunnelEnd extends ChannelInboundHandlerAdapter {

  private final Tunnel tunnel;
  private final Optional<WebSocketFrames> frames;
  private @Nullable Channel channel;
  private long passed;
  private boolean inputEnded;
  private boolean outputEnding;
  private boolean outputEnded;

  /**
   * @param frames follows what comes from this end, where it is WebSocket
   */
  TunnelEnd(Tunnel tunnel, Optional<WebSocketFrames> frames) {
    this.tunnel = tunnel;
    this.frames = frames;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    channel = ctx.channel();
  }

  private Channel channel() {
    if (channel == null) {
      throw new IllegalStateException("used before it was added");
    }
    return channel;
  }

  private @Nullable SslHandler tls() {
    return channel().pipeline().get(SslHandler.class);
  }

  void start() {
    if (tls() == null) {
      // With TLS its own end counts; that of the connection below it may be anybody's.
      channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }
  }

  /** Where the frames from this end stand. */
  Optional<WebSocketFrames> frames() {
    return frames;
  }

  /** Bytes that came from this end and were passed on. */
  long passed() {
    return passed;
  }

  void countPassed(int bytes) {
    passed += bytes;
  }

  boolean inputEnded() {
    return inputEnded;
  }

  boolean closed() {
    return !channel().isOpen();
  }

  boolean isWritable() {
    return channel().isWritable();
  }

  void read(boolean wanted) {
    channel().config().setAutoRead(wanted);
  }

  /** Writes to this end; takes over the buffer. */
  void write(ByteBuf data) {
    if (outputEnding) {
      data.release();
    } else {
      channel().write(data, channel().voidPromise());
    }
  }

  void flush() {
    channel().flush();
  }

  /** Bytes written and not taken yet. */
  long pending() {
    ChannelOutboundBuffer out = channel().unsafe().outboundBuffer();
    return out == null ? 0 : out.totalPendingWriteBytes() - out.currentProgress();
  }

  /** Tells this end, behind all that was written, that nothing more will be. */
  void endOutput() {
    if (!outputEnding) {
      outputEnding = true;
      whenSent().addListener(_ -> shutDownOutput());
    }
  }

  private void shutDownOutput() {
    outputEnded = true;
    if (inputEnded) {
      channel().close();
    } else if (channel().isActive()) {
      ((DuplexChannel) channel()).shutdownOutput();
    }
  }

  /** Closes once all that was written is taken. */
  void closeWhenSent() {
    outputEnding = true;
    whenSent().addListener(_ -> close());
  }

  private Future<?> whenSent() {
    SslHandler tls = tls();
    if (tls == null) {
      return channel().writeAndFlush(Unpooled.EMPTY_BUFFER);
    }
    channel().flush(); // What is not encrypted yet when TLS ends never will be.
    return tls.closeOutbound();
  }

  void close() {
    channel().close();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    tunnel.onData(this, (ByteBuf) message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    tunnel.onReadComplete(this);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    tunnel.onWritabilityChanged(this);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      inputEnded = true;
      tunnel.onInputEnded(this);
      if (outputEnded) {
        ctx.close();
      }
    } else if (event instanceof SslCloseCompletionEvent close && close.isSuccess()) {
      // The engine ends both directions at once.
      inputEnded = true;
      ctx.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    tunnel.onClosed(this);
  }

  @Override
  @SuppressWarnings("deprecation") // the inbound event of that name is not deprecated
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Faults.note(cause);
    ctx.close();
  }
}

package dev.penstock.proxy.client;

import dev.penstock.model.ClientIp.ProxyProtocol;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Learns who is at the other end of a client connection, from the socket or from a PROXY header,
 * before anything else is read; therefore the first handler, before TLS. Then it fires {@link
 * PeerKnown} and removes itself.
 *
 * <p>Only a trusted peer's header is read. A malformed one closes the connection, and so do, where
 * a header is required, its absence and an untrusted peer. Where it is optional, an untrusted
 * peer's header is left to the next handler, to which it is a bad request.
 */
public final class PeerHandler extends ByteToMessageDecoder {

  /** Fired once a connection, before its first byte goes on. */
  public record PeerKnown(ClientAddress address) {}

  /** Fired in its place before the connection is closed for want of a sound header. */
  public record PeerRefused() {}

  /** How long a peer may take for its header. */
  public static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(5);

  private static final AttributeKey<ClientAddress> PEER =
      AttributeKey.valueOf(PeerHandler.class, "PEER");

  private final ProxyProtocol mode;
  private final TrustedProxies trusted;
  private final Duration deadline;
  private @Nullable Future<?> timer;

  /** One a connection, added by its initializer. */
  public PeerHandler(ProxyProtocol mode, TrustedProxies trusted, Duration deadline) {
    this.mode = mode;
    this.trusted = trusted;
    this.deadline = deadline;
  }

  /** Who is at the other end, as far as it is known; until then the socket's address. */
  public static ClientAddress peer(Channel channel) {
    ClientAddress known = channel.attr(PEER).get();
    return known == null ? ClientAddress.of(channel.remoteAddress()) : known;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    ctx.fireChannelActive();
    start(ctx);
  }

  private void start(ChannelHandlerContext ctx) {
    boolean believed = mode != ProxyProtocol.DISABLED && trusted.contains(peer(ctx.channel()));
    if (believed) {
      timer =
          ctx.executor().schedule(() -> expire(ctx), deadline.toMillis(), TimeUnit.MILLISECONDS);
    } else if (mode == ProxyProtocol.REQUIRED) {
      refuse(ctx);
    } else {
      finish(ctx, peer(ctx.channel()));
    }
  }

  private void expire(ChannelHandlerContext ctx) {
    boolean silent = actualReadableBytes() == 0;
    if (mode == ProxyProtocol.OPTIONAL && silent) {
      // An idle connection opened in advance: the next handler has deadlines of its own.
      finish(ctx, peer(ctx.channel()));
    } else {
      refuse(ctx);
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (!ctx.channel().isActive()) {
      in.skipBytes(in.readableBytes());
      return;
    }
    ClientAddress socket = peer(ctx.channel());
    switch (ProxyHeaderParser.parse(in)) {
      case ProxyHeader.Incomplete _ -> {}
      case ProxyHeader.Present header -> {
        in.skipBytes(header.length());
        finish(ctx, header.source().orElse(socket));
      }
      case ProxyHeader.Absent _ when mode == ProxyProtocol.OPTIONAL -> finish(ctx, socket);
      case ProxyHeader.Absent _ -> refuse(ctx, in);
      case ProxyHeader.Malformed _ -> refuse(ctx, in);
    }
  }

  private static void refuse(ChannelHandlerContext ctx, ByteBuf in) {
    in.skipBytes(in.readableBytes());
    refuse(ctx);
  }

  private static void refuse(ChannelHandlerContext ctx) {
    ctx.fireUserEventTriggered(new PeerRefused());
    var _ = ctx.close();
  }

  private void finish(ChannelHandlerContext ctx, ClientAddress address) {
    ctx.channel().attr(PEER).set(address);
    ctx.fireUserEventTriggered(new PeerKnown(address));
    // Hands on what has been read and not used.
    ctx.pipeline().remove(this);
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) {
    stop();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    stop();
    super.channelInactive(ctx);
  }

  private void stop() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }
}

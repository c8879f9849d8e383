package dev.penstock.proxy.tls;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import javax.net.ssl.SSLHandshakeException;

/**
 * Ends a connection whose client is not vouched for at the end of the handshake, a resumed one
 * included, before a byte of it is read as a request; then gives way. To who comes behind it such a
 * handshake has failed.
 */
final class ClientVerdict extends ChannelInboundHandlerAdapter {

  private final ClientAuthorities authorities;

  ClientVerdict(ClientAuthorities authorities) {
    this.authorities = authorities;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
      SslHandler tls = ctx.pipeline().get(SslHandler.class);
      if (tls == null || !authorities.vouchFor(tls.engine().getSession())) {
        var why = new SSLHandshakeException("the client's certificate is not vouched for");
        ctx.fireUserEventTriggered(new SslHandshakeCompletionEvent(why));
        ctx.close();
        return;
      }
      ctx.pipeline().remove(this);
    }
    ctx.fireUserEventTriggered(event);
  }

  /** Nothing passes before the verdict. */
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ReferenceCountUtil.release(message);
  }
}

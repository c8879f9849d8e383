package dev.penstock.proxy;

import dev.penstock.proxy.stage.StageResult;
import dev.penstock.proxy.upstream.Worker;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslCompletionEvent;
import java.nio.channels.ClosedChannelException;
import java.util.function.Consumer;

/** Waits for the TLS handshake, then gives way to what ALPN (RFC 7301) agreed on. */
final class ProtocolChoice extends ApplicationProtocolNegotiationHandler
    implements ClientConnection {

  private final Worker worker;
  private final Channel channel;
  private final Consumer<String> chosen;
  private final Runnable rejected;

  /**
   * @param chosen adds the handler that speaks the protocol of that name
   * @param rejected told when the handshake fails
   */
  ProtocolChoice(Worker worker, Channel channel, Consumer<String> chosen, Runnable rejected) {
    super(ApplicationProtocolNames.HTTP_1_1);
    this.worker = worker;
    this.channel = channel;
    this.chosen = chosen;
    this.rejected = rejected;
  }

  @Override
  protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
    chosen.accept(protocol);
  }

  @Override
  public Worker worker() {
    return worker;
  }

  @Override
  public void stop() {
    closeUnlessChosen();
  }

  @Override
  public long held() {
    return 0; // what it gave way to has it
  }

  @Override
  public void cutOff(StageResult.Respond why) {
    closeUnlessChosen();
  }

  /** Once it has given way, what it gave way to is told as well, and decides. */
  private void closeUnlessChosen() {
    if (channel.pipeline().context(this) != null) {
      channel.close();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    if (event instanceof SslCompletionEvent tls && hasFailed(tls)) {
      rejected.run();
    }
    super.userEventTriggered(ctx, event);
  }

  /** Who merely leaves, as a check whether the port is open does, was not rejected. */
  private static boolean hasFailed(SslCompletionEvent tls) {
    return !tls.isSuccess()
        && !(tls instanceof SslCloseCompletionEvent)
        && !(tls.cause() instanceof ClosedChannelException);
  }

  @Override
  protected void handshakeFailure(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }

  @Override
  @SuppressWarnings("deprecation") // the inbound event of that name is not deprecated
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}

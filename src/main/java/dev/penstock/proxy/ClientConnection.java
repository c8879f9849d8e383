package dev.penstock.proxy;

import dev.penstock.proxy.stage.Reason;
import dev.penstock.proxy.stage.StageResult;
import dev.penstock.proxy.upstream.Worker;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandler;

/** A client's connection, whatever it speaks, as the end of the proxy concerns it. */
interface ClientConnection {

  /** On whose event loop the other methods are called. */
  Worker worker();

  /** No further requests: an idle connection ends now, others with their last answer. */
  void stop();

  /** Bytes that are kept for it: answers it has not taken, bodies that no backend has taken. */
  long held();

  /** Ends what is under way with this answer, or breaks off what has begun. */
  void cutOff(StageResult.Respond why);

  /** Closes what nobody is to wait for. */
  static void close(Channel channel, StageResult.Respond why) {
    if (why.reason() == Reason.OVERLOADED) {
      closeNow(channel);
    } else {
      channel.close();
    }
  }

  /** Closes past TLS, whose close_notify would wait until the rest is taken. */
  static void closeNow(Channel channel) {
    ChannelHandlerContext tls = channel.pipeline().context(SslHandler.class);
    if (tls != null) {
      tls.close();
    } else {
      channel.close();
    }
  }
}

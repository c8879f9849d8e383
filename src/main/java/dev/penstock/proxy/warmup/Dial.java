package dev.penstock.proxy.warmup;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Connects to the private proxy. */
final class Dial {

  private Dial() {}

  /**
   * Returns a connection.
   *
   * @param tls the protocol to agree on, by its name in ALPN (RFC 7301); empty for no TLS
   */
  static Channel to(
      Loop loop, InetSocketAddress address, Optional<String> tls, ChannelHandler answers)
      throws IOException {
    Optional<SslContext> context =
        tls.isPresent() ? Optional.of(context(tls.get())) : Optional.empty();
    try {
      ChannelFuture connect =
          new Bootstrap()
              .group(loop.group())
              .channel(loop.socketType())
              .option(ChannelOption.TCP_NODELAY, true)
              .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Client.PATIENCE_MILLIS)
              .handler(
                  new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel socket) {
                      context.ifPresent(
                          tls -> socket.pipeline().addLast(tls.newHandler(socket.alloc())));
                      socket.pipeline().addLast(answers);
                    }
                  })
              .connect(address)
              .awaitUninterruptibly();
      if (!connect.isSuccess()) {
        throw new IOException("cannot connect to the warm-up's own proxy", connect.cause());
      }
      return connect.channel();
    } finally {
      context.ifPresent(ReferenceCountUtil::release); // the connection's engine holds its own
    }
  }

  /** It speaks with this very process, whose certificate may be made for any name. */
  private static SslContext context(String protocol) throws IOException {
    return SslContextBuilder.forClient()
        .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
        .trustManager(InsecureTrustManagerFactory.INSTANCE)
        .endpointIdentificationAlgorithm("")
        .applicationProtocolConfig(
            new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                SelectorFailureBehavior.NO_ADVERTISE,
                SelectedListenerFailureBehavior.ACCEPT,
                protocol))
        .build();
  }
}

package dev.penstock.proxy;

import dev.penstock.proxy.io.PendingSize;
import dev.penstock.proxy.stage.StageResult;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;

/** One public port and the connections that came in by it. */
record Listener(Channel channel, ListenerInitializer connections) {

  private static final int BACKLOG = 4096;

  static Listener bind(
      Transport transport, ListenerInitializer connections, InetSocketAddress address)
      throws ProxyStartException {
    ChannelFuture bind =
        new ServerBootstrap()
            .group(transport.group())
            .channel(transport.serverType())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, PendingSize.MARKS)
            .childOption(ChannelOption.MESSAGE_SIZE_ESTIMATOR, new PendingSize())
            .childHandler(connections)
            .bind(address)
            .awaitUninterruptibly();
    if (!bind.isSuccess()) {
      throw new ProxyStartException(
          "cannot listen on "
              + address.getAddress().getHostAddress()
              + ":"
              + address.getPort()
              + ": "
              + bind.cause().getMessage(),
          bind.cause());
    }
    return new Listener(bind.channel(), connections);
  }

  InetSocketAddress address() {
    return (InetSocketAddress) channel.localAddress();
  }

  void stopAccepting() {
    channel.close().awaitUninterruptibly();
  }

  /** No further requests on open connections. */
  void stopConnections() {
    connections.open().forEach(connection -> connection.worker().loop().execute(connection::stop));
  }

  /** Ends what is still under way. */
  void cutOff() {
    connections
        .open()
        .forEach(
            connection ->
                connection.worker().loop().execute(() -> connection.cutOff(StageResult.DRAINED)));
  }

  /** Takes new connections, or leaves them to wait in the system's queue. */
  void setAccepting(boolean accepting) {
    // From another thread it would still take what comes with the next event.
    channel.eventLoop().execute(() -> channel.config().setAutoRead(accepting));
  }
}

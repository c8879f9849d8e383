package dev.penstock.proxy;

import dev.penstock.model.ClientIp;
import dev.penstock.model.EdgeLimits;
import dev.penstock.ops.ConnectionRejection;
import dev.penstock.ops.ListenerMeter;
import dev.penstock.ops.ProxyMetrics;
import dev.penstock.proxy.client.ClientAddress;
import dev.penstock.proxy.client.PeerHandler;
import dev.penstock.proxy.io.Splicing;
import dev.penstock.proxy.tls.TlsSwitch;
import dev.penstock.proxy.upstream.Worker;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.ApplicationProtocolNames;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Equips each accepted connection: count, peer, TLS, HTTP/1.1 or HTTP/2, in this order. */
final class ListenerInitializer extends ChannelInitializer<Channel> {

  private final Map<EventLoop, Worker> workers;
  private final RequestFactory requests;
  private final ConnectionLimits limits;
  private final ProxyMetrics metrics;
  private final ListenerMeter meter;
  private final Optional<TlsSwitch> tls;
  private final Set<ClientConnection> open = ConcurrentHashMap.newKeySet();

  ListenerInitializer(
      Map<EventLoop, Worker> workers,
      RequestFactory requests,
      ConnectionLimits limits,
      ProxyMetrics metrics,
      Optional<TlsSwitch> tls) {
    this.workers = workers;
    this.requests = requests;
    this.limits = limits;
    this.metrics = metrics;
    this.meter = metrics.listener(tls.isPresent() ? "https" : "http");
    this.tls = tls;
  }

  /** The connections that are open now. */
  Set<ClientConnection> open() {
    return open;
  }

  @Override
  protected void initChannel(Channel channel) {
    Splicing.prepare(channel);
    Snapshot snapshot = requests.snapshot();
    if (!limits.opened(snapshot.config().limits())) {
      metrics.connectionRejected(ConnectionRejection.MAX_CONNECTIONS);
      channel.close();
      return;
    }
    meter.opened();
    channel
        .closeFuture()
        .addListener(
            _ -> {
              meter.closed();
              limits.closed();
            });
    ClientIp clientIp = snapshot.config().clientIp();
    // The peer may be known at once, so who waits for it must be there before.
    channel
        .pipeline()
        .addLast(new Admission(snapshot, channel))
        .addFirst(
            new PeerHandler(
                clientIp.proxyProtocol(), snapshot.trusted(), PeerHandler.DEFAULT_DEADLINE));
  }

  private void admit(Snapshot snapshot, Channel channel) {
    if (!countClient(snapshot, channel)) {
      metrics.connectionRejected(ConnectionRejection.MAX_CONNECTIONS_PER_CLIENT);
      channel.close();
      return;
    }
    Worker worker = workers.get(channel.eventLoop());
    if (worker == null) {
      throw new IllegalStateException("a connection on a loop that is no worker's");
    }
    if (tls.isEmpty()) {
      speak(channel, new Http1Connection(channel, worker, requests));
      return;
    }
    tls.get().secure(channel);
    speak(
        channel,
        new ProtocolChoice(
            worker,
            channel,
            protocol ->
                speak(
                    channel,
                    ApplicationProtocolNames.HTTP_2.equals(protocol)
                        ? Http2Builder.connection(channel, worker, requests)
                        : new Http1Connection(channel, worker, requests)),
            () -> metrics.connectionRejected(ConnectionRejection.TLS_HANDSHAKE)));
  }

  private <C extends ChannelHandler & ClientConnection> void speak(Channel channel, C connection) {
    open.add(connection);
    channel.closeFuture().addListener(_ -> open.remove(connection));
    channel.pipeline().addLast(connection);
  }

  private boolean countClient(Snapshot snapshot, Channel channel) {
    ClientAddress peer = PeerHandler.peer(channel);
    if (snapshot.trusted().contains(peer)) {
      return true;
    }
    EdgeLimits edge = snapshot.config().limits();
    ClientAddress client = peer.identity(snapshot.config().clientIp().ipv6PrefixLength());
    if (!limits.opened(client, edge)) {
      return false;
    }
    channel.closeFuture().addListener(_ -> limits.closed(client));
    return true;
  }

  /** Waits until the peer is known, then gives way to what speaks with it. */
  private final class Admission extends ChannelInboundHandlerAdapter {

    private final Snapshot snapshot;
    private final Channel channel;

    Admission(Snapshot snapshot, Channel channel) {
      this.snapshot = snapshot;
      this.channel = channel;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof PeerHandler.PeerKnown) {
        admit(snapshot, channel);
        ctx.pipeline().remove(this);
      } else if (event instanceof PeerHandler.PeerRefused) {
        metrics.connectionRejected(ConnectionRejection.PROXY_PROTOCOL);
      } else {
        ctx.fireUserEventTriggered(event);
      }
    }
  }
}

package dev.penstock.proxy.tls;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.IllegalReferenceCountException;
import java.time.Duration;

/**
 * The set of certificates that new connections meet; can be replaced at any time and from any
 * thread while connections live on with the one they began with.
 */
public final class TlsSwitch implements AutoCloseable {

  /** How long a client may take from its connection to the end of the handshake. */
  public static final Duration DEFAULT_HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

  /** The hello of a client: even with post-quantum key shares it is about 2 KiB. */
  private static final int MAX_CLIENT_HELLO = 32 * 1024;

  private final long handshakeTimeoutMillis;
  private volatile ServerTls current;

  /** Takes over the reference to {@code first}. */
  public TlsSwitch(ServerTls first, Duration handshakeTimeout) {
    current = first;
    handshakeTimeoutMillis = handshakeTimeout.toMillis();
  }

  /** The running set, to compile the next from. */
  public ServerTls current() {
    return current;
  }

  /** From now on new connections meet {@code next}, whose reference is taken over. */
  public synchronized void replace(ServerTls next) {
    ServerTls last = current;
    current = next;
    var _ = last.release();
  }

  /**
   * Adds what one new connection needs at the end of its pipeline: the {@link SslHandler}, which
   * fires {@link io.netty.handler.ssl.SslHandshakeCompletionEvent}, and a look at the client's
   * certificate where one is asked for. The certificates are kept until the channel closes.
   */
  public void secure(Channel channel) {
    ServerTls tls = acquire();
    channel.closeFuture().addListener(_ -> tls.release());
    channel.pipeline().addLast(handler(tls, channel));
    tls.clients().ifPresent(clients -> channel.pipeline().addLast(new ClientVerdict(clients)));
  }

  private ChannelHandler handler(ServerTls tls, Channel channel) {
    if (tls.hasChoice()) {
      return new SniHandler(tls.mapping(), MAX_CLIENT_HELLO, handshakeTimeoutMillis);
    }
    SslHandler handler = tls.defaultContext().newHandler(channel.alloc());
    handler.setHandshakeTimeoutMillis(handshakeTimeoutMillis);
    return handler;
  }

  private ServerTls acquire() {
    while (true) {
      ServerTls tls = current;
      try {
        var _ = tls.retain();
        return tls;
      } catch (IllegalReferenceCountException e) {
        // Replaced between the two lines: the next look finds its successor, unless closed.
        if (current == tls) {
          throw e;
        }
      }
    }
  }

  /** No connection may be accepted after this. */
  @Override
  public synchronized void close() {
    var _ = current.release();
  }
}

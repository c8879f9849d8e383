package dev.penstock.proxy.tls;

import dev.penstock.model.Tls;
import dev.penstock.model.Upstream.UpstreamTls;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.ReferenceCountUtil;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * TLS to one upstream, made once and kept as long as the upstream is configured. The backend's
 * certificate is always verified: its chain by the given authorities or the JDK's, its name against
 * the server name.
 */
public final class UpstreamTlsContext implements AutoCloseable {

  private final SslContext context;
  private final String serverName;

  private UpstreamTlsContext(SslContext context, String serverName) {
    this.context = context;
    this.serverName = serverName;
  }

  /**
   * Compiles the context.
   *
   * @param name of the upstream, for messages
   * @throws TlsProblem if the authorities cannot be read
   */
  public static UpstreamTlsContext compile(String name, UpstreamTls tls) throws TlsProblem {
    SslProvider provider = TlsPolicy.provider();
    // Requests of an older config may still connect, so nobody knows when the last one is done:
    // the collector does.
    return compile(
        provider == SslProvider.OPENSSL_REFCNT ? SslProvider.OPENSSL : provider, name, tls);
  }

  static UpstreamTlsContext compile(SslProvider provider, String name, UpstreamTls tls)
      throws TlsProblem {
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .sslProvider(provider)
            .protocols(TlsPolicy.protocols(Tls.Version.TLS_1_2))
            .ciphers(TlsPolicy.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
            .endpointIdentificationAlgorithm("HTTPS");
    Optional<String> ca = tls.caPem();
    if (ca.isPresent()) {
      builder.trustManager(Certificates.read(name, ca.get()).toArray(X509Certificate[]::new));
    }
    try {
      return new UpstreamTlsContext(builder.build(), tls.serverName());
    } catch (SSLException | IllegalArgumentException e) {
      throw new TlsProblem(name, "is refused by the TLS library: " + e.getMessage(), e);
    }
  }

  /** A handler for one new connection; sends the server name (SNI) unless it is an address. */
  public SslHandler newHandler(ByteBufAllocator alloc, int port, Duration handshakeTimeout) {
    SslHandler handler = context.newHandler(alloc, serverName, port);
    handler.setHandshakeTimeoutMillis(handshakeTimeout.toMillis());
    return handler;
  }

  /** Frees native memory once the last connection made from it is gone. */
  @Override
  public void close() {
    ReferenceCountUtil.release(context);
  }
}

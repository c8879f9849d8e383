package dev.penstock.proxy.tls;

import dev.penstock.model.Certificate;
import dev.penstock.model.Tls;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.ReferenceCountUtil;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/**
 * One certificate with its key, ready to shake hands; counted, because native memory is behind it.
 */
final class ServerIdentity {

  private static final Duration SESSION_TIMEOUT = Duration.ofHours(1);
  private static final int SESSION_CACHE_SIZE = 20_000;

  private final Certificate certificate;
  private final Settings settings;
  private final X509Certificate leaf;
  private final List<String> dnsNames;
  private final SslContext context;

  /** What else a context depends on. */
  record Settings(
      SslProvider provider,
      Tls.Version minVersion,
      List<String> applicationProtocols,
      Optional<ClientAuthorities> clients) {

    Settings {
      applicationProtocols = List.copyOf(applicationProtocols);
    }
  }

  private ServerIdentity(
      Certificate certificate,
      Settings settings,
      X509Certificate leaf,
      List<String> dnsNames,
      SslContext context) {
    this.certificate = certificate;
    this.settings = settings;
    this.leaf = leaf;
    this.dnsNames = dnsNames;
    this.context = context;
  }

  /** Reads and checks everything; the caller releases it. */
  static ServerIdentity load(Certificate certificate, Settings settings, Instant now)
      throws TlsProblem {
    String name = certificate.name();
    List<X509Certificate> chain = Certificates.read(name, certificate.chainPem());
    X509Certificate leaf = chain.getFirst();
    refuseWrongTime(name, leaf, now);
    PrivateKey key = PrivateKeys.read(name, certificate.keyPem().value(), leaf.getPublicKey());
    return new ServerIdentity(
        certificate,
        settings,
        leaf,
        Certificates.dnsNames(name, leaf),
        context(name, key, chain, settings));
  }

  private static void refuseWrongTime(String name, X509Certificate leaf, Instant now)
      throws TlsProblem {
    if (now.isAfter(leaf.getNotAfter().toInstant())) {
      throw new TlsProblem(name, "expired at " + leaf.getNotAfter().toInstant());
    }
    if (now.isBefore(leaf.getNotBefore().toInstant())) {
      throw new TlsProblem(name, "is not valid before " + leaf.getNotBefore().toInstant());
    }
  }

  private static SslContext context(
      String name, PrivateKey key, List<X509Certificate> chain, Settings settings)
      throws TlsProblem {
    try {
      return SslContextBuilder.forServer(key, chain.toArray(X509Certificate[]::new))
          .sslProvider(settings.provider())
          // Only in memory; the default type, PKCS#12, would encrypt the key with 10,000 rounds of
          // hashing and decrypt it again, half the time of a cold start.
          .keyStoreType("JKS")
          .protocols(TlsPolicy.protocols(settings.minVersion()))
          .ciphers(TlsPolicy.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
          .trustManager(
              settings
                  .clients()
                  .map(ClientAuthorities::trust)
                  .orElse(NoClientCertificates.INSTANCE))
          .clientAuth(settings.clients().isPresent() ? ClientAuth.REQUIRE : ClientAuth.NONE)
          .applicationProtocolConfig(
              new ApplicationProtocolConfig(
                  ApplicationProtocolConfig.Protocol.ALPN,
                  ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                  ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                  settings.applicationProtocols()))
          .sessionCacheSize(SESSION_CACHE_SIZE)
          .sessionTimeout(TimeUnit.SECONDS.convert(SESSION_TIMEOUT))
          .build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new TlsProblem(name, "is refused by the TLS library: " + e.getMessage(), e);
    }
  }

  boolean isOf(Certificate other, Settings otherSettings) {
    return certificate.equals(other) && settings.equals(otherSettings);
  }

  List<String> dnsNames() {
    return dnsNames;
  }

  String name() {
    return certificate.name();
  }

  Instant expiry() {
    return leaf.getNotAfter().toInstant();
  }

  SslContext context() {
    return context;
  }

  ServerIdentity retain() {
    ReferenceCountUtil.retain(context);
    return this;
  }

  void release() {
    ReferenceCountUtil.release(context);
  }
}

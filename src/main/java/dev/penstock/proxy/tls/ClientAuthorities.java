package dev.penstock.proxy.tls;

import dev.penstock.model.Tls.ClientAuthority;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Who vouches for clients. Two made of the same text are equal. */
final class ClientAuthorities {

  private final ClientAuthority source;
  private final X509ExtendedTrustManager trust;

  private ClientAuthorities(ClientAuthority source, X509ExtendedTrustManager trust) {
    this.source = source;
    this.trust = trust;
  }

  /**
   * Reads the authorities.
   *
   * @throws TlsProblem if one is unreadable, or there is none
   */
  static ClientAuthorities read(ClientAuthority source) throws TlsProblem {
    List<X509Certificate> authorities = Certificates.read(source.name(), source.pem());
    try {
      // Only in memory, and it holds nothing secret.
      KeyStore store = KeyStore.getInstance("JKS");
      store.load(null, null);
      for (int i = 0; i < authorities.size(); i++) {
        store.setCertificateEntry("ca-" + i, authorities.get(i));
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      return new ClientAuthorities(source, extended(factory.getTrustManagers()));
    } catch (GeneralSecurityException | IOException e) {
      throw new TlsProblem(source.name(), "cannot be used as an authority", e);
    }
  }

  private static X509ExtendedTrustManager extended(TrustManager[] managers)
      throws GeneralSecurityException {
    for (TrustManager manager : managers) {
      if (manager instanceof X509ExtendedTrustManager found) {
        return found;
      }
    }
    throw new GeneralSecurityException("the JDK has no PKIX trust manager");
  }

  X509ExtendedTrustManager trust() {
    return trust;
  }

  /**
   * Whether the client of a session is vouched for now. The library has looked when the session
   * began, but one that is resumed (RFC 8446 section 2.2) brings its certificate from then.
   */
  boolean vouchFor(SSLSession session) {
    try {
      Certificate[] chain = session.getPeerCertificates();
      trust.checkClientTrusted(
          Arrays.copyOf(chain, chain.length, X509Certificate[].class), "UNKNOWN");
      return true;
    } catch (SSLPeerUnverifiedException | CertificateException | ArrayStoreException e) {
      return false;
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ClientAuthorities that && source.equals(that.source);
  }

  @Override
  public int hashCode() {
    return source.hashCode();
  }
}

package dev.penstock.proxy.tls;

import dev.penstock.model.Certificate;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A certificate chain, the leaf first, with the key that belongs to it, for the JDK's own TLS.
 *
 * <p>Its time is not looked at: that is for who connects to judge.
 */
public record PemIdentity(List<X509Certificate> chain, PrivateKey key) {

  public PemIdentity {
    chain = List.copyOf(chain);
  }

  /**
   * Reads both.
   *
   * @throws TlsProblem if one is unreadable, or they do not belong together
   */
  public static PemIdentity read(Certificate certificate) throws TlsProblem {
    String name = certificate.name();
    List<X509Certificate> chain = Certificates.read(name, certificate.chainPem());
    return new PemIdentity(
        chain,
        PrivateKeys.read(name, certificate.keyPem().value(), chain.getFirst().getPublicKey()));
  }
}

package dev.penstock.certificates;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * A certificate and its key in PEM.
 *
 * @param chain the certificate, and perhaps those that signed it
 * @param key in PKCS #8; never printed
 */
public record PemPair(String chain, String key) {

  private static final String CHAIN = "-----BEGIN CERTIFICATE-----";
  private static final String KEY = "-----BEGIN PRIVATE KEY-----";

  /**
   * The two, one after the other in one text as many servers keep them; absent when one of them is
   * not there.
   */
  public static Optional<PemPair> parse(String text) {
    int chain = text.indexOf(CHAIN);
    int key = text.indexOf(KEY);
    return key < 0 || chain < key
        ? Optional.empty()
        : Optional.of(new PemPair(text.substring(chain), text.substring(key, chain)));
  }

  /** One file, so that a key and its certificate are never of two makes. */
  public String text() {
    return key + chain;
  }

  /** The first certificate; absent when it is damaged. */
  public Optional<X509Certificate> certificate() {
    return certificate(chain);
  }

  /** The first certificate of a text in PEM; absent when it is damaged, or there is none. */
  public static Optional<X509Certificate> certificate(String pem) {
    try {
      var in = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
      return Optional.ofNullable(
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in));
    } catch (CertificateException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return "PemPair[redacted]";
  }
}

package dev.penstock.certificate;

import dev.penstock.model.Certificate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/** Whether a certificate can be served, before anybody is sent it. */
public final class CertificateCheck {

  private static final byte[] SAMPLE = "penstock".getBytes(StandardCharsets.US_ASCII);

  private CertificateCheck() {}

  /** What is wrong with it; absent when it can be served at the time. */
  public static Optional<String> problem(Certificate certificate, Instant now) {
    Optional<X509Certificate> leaf = leaf(certificate);
    if (leaf.isEmpty()) {
      return Optional.of("its certificate cannot be read");
    }
    Instant ends = leaf.get().getNotAfter().toInstant();
    Instant begins = leaf.get().getNotBefore().toInstant();
    if (now.isAfter(ends)) {
      return Optional.of("it expired at " + ends);
    }
    if (now.isBefore(begins)) {
      return Optional.of("it is not valid before " + begins);
    }
    return keyProblem(certificate, leaf.get().getPublicKey());
  }

  /** When clients stop believing it; absent when it cannot be read. */
  public static Optional<Instant> expires(Certificate certificate) {
    return leaf(certificate).map(each -> each.getNotAfter().toInstant());
  }

  /** The certificate of the server itself, which is the first of the chain. */
  public static Optional<X509Certificate> leaf(Certificate certificate) {
    try {
      var in = new ByteArrayInputStream(certificate.chainPem().getBytes(StandardCharsets.UTF_8));
      var all = CertificateFactory.getInstance("X.509").generateCertificates(in);
      return all.stream()
          .findFirst()
          .filter(X509Certificate.class::isInstance)
          .map(X509Certificate.class::cast);
    } catch (CertificateException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> keyProblem(Certificate certificate, PublicKey published) {
    try {
      Optional<PrivateKey> key = key(certificate.keyPem().value());
      if (key.isEmpty()) {
        return Optional.of("its private key cannot be read; it must be in PEM, not encrypted");
      }
      return belong(key.get(), published)
          ? Optional.empty()
          : Optional.of("its private key is that of another certificate");
    } catch (IOException e) {
      return Optional.of("its private key cannot be read");
    } catch (GeneralSecurityException e) {
      return Optional.of("its private key is that of another certificate");
    }
  }

  private static Optional<PrivateKey> key(String pem) throws IOException {
    var converter = new JcaPEMKeyConverter();
    try (var parser = new PEMParser(new StringReader(pem))) {
      for (Object next = parser.readObject(); next != null; next = parser.readObject()) {
        switch (next) {
          case PEMKeyPair pair -> {
            return Optional.of(converter.getKeyPair(pair).getPrivate());
          }
          case PrivateKeyInfo info -> {
            return Optional.of(converter.getPrivateKey(info));
          }
          default -> {} // parameters of a curve, for one
        }
      }
      return Optional.empty();
    } catch (PEMException e) {
      return Optional.empty();
    }
  }

  /** Only the right key makes what the certificate verifies. */
  private static boolean belong(PrivateKey key, PublicKey published)
      throws GeneralSecurityException {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC", "ECDSA" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    Signature signer = Signature.getInstance(algorithm);
    signer.initSign(key);
    signer.update(SAMPLE);
    byte[] signature = signer.sign();
    signer.initVerify(published);
    signer.update(SAMPLE);
    return signer.verify(signature);
  }
}

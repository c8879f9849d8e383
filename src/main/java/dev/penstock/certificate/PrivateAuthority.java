package dev.penstock.certificate;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority of our own, which signs server certificates (RFC 5280). */
public final class PrivateAuthority {

  /** Clocks are a little off. */
  private static final Duration BACKDATE = Duration.ofMinutes(5);

  private static final String ALGORITHM = "SHA256withECDSA";

  private final SecureRandom random = new SecureRandom();
  private final X509Certificate certificate;
  private final PrivateKey key;

  private PrivateAuthority(X509Certificate certificate, PrivateKey key) {
    this.certificate = certificate;
    this.key = key;
  }

  /** A new one with its key. */
  public static PemPair make(String commonName, Instant now, Duration life) {
    try {
      KeyPair pair = new SelfSignedMaker().keyPair();
      var name = new X500Name("CN=" + commonName);
      X509Certificate made =
          sign(
              name,
              name,
              pair.getPublic(),
              pair,
              new Term(now, life),
              List.of(),
              new SecureRandom());
      return pems(made, pair.getPrivate());
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("this JVM cannot sign with EC P-256", e);
    }
  }

  /**
   * The one that {@link #make} wrote.
   *
   * @throws IOException when it cannot be read
   */
  public static PrivateAuthority read(PemPair pair) throws IOException {
    try (var parser = new PEMParser(new StringReader(pair.key()))) {
      var in = new ByteArrayInputStream(pair.chain().getBytes(StandardCharsets.US_ASCII));
      var certificate =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
      if (parser.readObject() instanceof PrivateKeyInfo info) {
        return new PrivateAuthority(certificate, new JcaPEMKeyConverter().getPrivateKey(info));
      }
      throw new IOException("there is no private key");
    } catch (GeneralSecurityException e) {
      throw new IOException("it cannot be read", e);
    }
  }

  /** A server's certificate for these names, signed, with its key. */
  public PemPair issue(String commonName, Collection<String> names, Instant now, Duration life) {
    try {
      KeyPair pair = new SelfSignedMaker().keyPair();
      X509Certificate made =
          sign(
              X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
              new X500Name("CN=" + commonName),
              pair.getPublic(),
              new KeyPair(certificate.getPublicKey(), key),
              new Term(now, life),
              names,
              random);
      return pems(made, pair.getPrivate());
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("this JVM cannot sign with EC P-256", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Term(Instant now, Duration life) {}

  /** Without names it is an authority's. */
  private static X509Certificate sign(
      X500Name issuer,
      X500Name subject,
      PublicKey published,
      KeyPair signer,
      Term term,
      Collection<String> names,
      SecureRandom random)
      throws GeneralSecurityException, OperatorCreationException, IOException {
    boolean authority = names.isEmpty();
    var identifiers = new JcaX509ExtensionUtils();
    var builder =
        new JcaX509v3CertificateBuilder(
            issuer,
            new BigInteger(127, random).setBit(126),
            Date.from(term.now().minus(BACKDATE)),
            Date.from(term.now().plus(term.life())),
            subject,
            published);
    int usage = authority ? KeyUsage.keyCertSign | KeyUsage.cRLSign : KeyUsage.digitalSignature;
    builder
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(authority))
        .addExtension(Extension.keyUsage, true, new KeyUsage(usage))
        .addExtension(
            Extension.subjectKeyIdentifier,
            false,
            identifiers.createSubjectKeyIdentifier(published))
        .addExtension(
            Extension.authorityKeyIdentifier,
            false,
            identifiers.createAuthorityKeyIdentifier(signer.getPublic()));
    if (!authority) {
      builder
          .addExtension(
              Extension.subjectAlternativeName, false, SelfSignedMaker.alternatives(names))
          .addExtension(
              Extension.extendedKeyUsage,
              false,
              new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
    }
    var content = new JcaContentSignerBuilder(ALGORITHM).build(signer.getPrivate());
    return new JcaX509CertificateConverter().getCertificate(builder.build(content));
  }

  private static PemPair pems(X509Certificate certificate, PrivateKey key)
      throws GeneralSecurityException {
    return new PemPair(
        SelfSignedMaker.pem("CERTIFICATE", certificate.getEncoded()),
        SelfSignedMaker.pem("PRIVATE KEY", key.getEncoded()));
  }
}

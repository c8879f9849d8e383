package dev.penstock.certificate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Makes self-signed server certificates (RFC 5280). It needs Bouncy Castle, which is slow to load:
 * it is not touched while a certificate from an earlier run serves.
 */
public final class SelfSignedMaker {

  /** Clocks of clients are a little off. */
  private static final Duration BACKDATE = Duration.ofMinutes(5);

  /** Appendix A.1, ub-common-name; it only tells people what the certificate is. */
  private static final int COMMON_NAME_MAX = 64;

  private final SecureRandom random = new SecureRandom();

  /** An EC P-256 key with a certificate for these DNS names and IP addresses. */
  public PemPair make(String commonName, Collection<String> names, Instant now, Duration life) {
    try {
      KeyPair pair = keyPair();
      X509Certificate certificate = sign(commonName, names, pair, now, life);
      return new PemPair(
          pem("CERTIFICATE", certificate.getEncoded()),
          pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("this JVM cannot sign with EC P-256", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  KeyPair keyPair() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"), random);
    return generator.generateKeyPair();
  }

  private X509Certificate sign(
      String commonName, Collection<String> names, KeyPair pair, Instant now, Duration life)
      throws GeneralSecurityException, OperatorCreationException, CertIOException {
    String cut = commonName.substring(0, Math.min(commonName.length(), COMMON_NAME_MAX));
    var name = new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, cut).build();
    var builder =
        new JcaX509v3CertificateBuilder(
            name,
            new BigInteger(127, random).setBit(126),
            Date.from(now.minus(BACKDATE)),
            Date.from(now.plus(life)),
            name,
            pair.getPublic());
    extend(builder, names, pair);
    var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate());
    return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
  }

  /** Both key identifiers, without which strict clients (Python 3.13 and newer) refuse it. */
  private static void extend(
      X509v3CertificateBuilder builder, Collection<String> names, KeyPair pair)
      throws GeneralSecurityException, CertIOException {
    var identifiers = new JcaX509ExtensionUtils();
    builder
        .addExtension(Extension.subjectAlternativeName, false, alternatives(names))
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
        .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
        .addExtension(
            Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
        .addExtension(
            Extension.subjectKeyIdentifier,
            false,
            identifiers.createSubjectKeyIdentifier(pair.getPublic()))
        .addExtension(
            Extension.authorityKeyIdentifier,
            false,
            identifiers.createAuthorityKeyIdentifier(pair.getPublic()));
  }

  static GeneralNames alternatives(Collection<String> names) {
    return new GeneralNames(
        names.stream().map(name -> new GeneralName(tag(name), name)).toArray(GeneralName[]::new));
  }

  private static int tag(String name) {
    boolean address = name.indexOf(':') >= 0 || name.matches("[0-9.]+");
    return address ? GeneralName.iPAddress : GeneralName.dNSName;
  }

  static String pem(String type, byte[] der) {
    return "-----BEGIN "
        + type
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + type
        + "-----\n";
  }
}

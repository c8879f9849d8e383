package dev.penstock.certificates;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
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
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate before it is signed. */
record CertificateDraft(String subject, String issuer, PublicKey key, Instant now, Duration life) {

  /** Clocks of clients are a little off. */
  private static final Duration BACKDATE = Duration.ofMinutes(5);

  /** Appendix A.1, ub-common-name; it only tells people what the certificate is. */
  private static final int COMMON_NAME_MAX = 64;

  X509Certificate ofServer(
      Collection<String> names, PublicKey issuerKey, PrivateKey signing, SecureRandom random)
      throws GeneralSecurityException, OperatorCreationException, CertIOException {
    X509v3CertificateBuilder builder =
        builder(random)
            .addExtension(Extension.subjectAlternativeName, false, alternatives(names))
            .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
            .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
            .addExtension(
                Extension.extendedKeyUsage,
                false,
                new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
    return sign(builder, issuerKey, signing);
  }

  X509Certificate ofAuthority(PrivateKey signing, SecureRandom random)
      throws GeneralSecurityException, OperatorCreationException, CertIOException {
    X509v3CertificateBuilder builder =
        builder(random)
            .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
            .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
    return sign(builder, key, signing);
  }

  static String commonName(X509Certificate certificate) {
    try {
      X500Name name = new JcaX509CertificateHolder(certificate).getSubject();
      return IETFUtils.valueToString(name.getRDNs(BCStyle.CN)[0].getFirst().getValue());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate that was read cannot be written", e);
    }
  }

  private X509v3CertificateBuilder builder(SecureRandom random) {
    return new JcaX509v3CertificateBuilder(
        name(issuer),
        new BigInteger(127, random).setBit(126),
        Date.from(now.minus(BACKDATE)),
        Date.from(now.plus(life)),
        name(subject),
        key);
  }

  /** Both key identifiers, without which strict clients (Python 3.13 and newer) refuse it. */
  private X509Certificate sign(
      X509v3CertificateBuilder builder, PublicKey issuerKey, PrivateKey signing)
      throws GeneralSecurityException, OperatorCreationException, CertIOException {
    var identifiers = new JcaX509ExtensionUtils();
    builder
        .addExtension(
            Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(key))
        .addExtension(
            Extension.authorityKeyIdentifier,
            false,
            identifiers.createAuthorityKeyIdentifier(issuerKey));
    var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(signing);
    return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
  }

  private static X500Name name(String commonName) {
    String cut = commonName.substring(0, Math.min(commonName.length(), COMMON_NAME_MAX));
    return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, cut).build();
  }

  private static GeneralNames alternatives(Collection<String> names) {
    return new GeneralNames(
        names.stream().map(name -> new GeneralName(tag(name), name)).toArray(GeneralName[]::new));
  }

  private static int tag(String name) {
    boolean address = name.indexOf(':') >= 0 || name.matches("[0-9.]+");
    return address ? GeneralName.iPAddress : GeneralName.dNSName;
  }
}

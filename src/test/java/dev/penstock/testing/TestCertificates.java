package dev.penstock.testing;

import dev.penstock.model.Certificate;
import dev.penstock.model.Sensitive;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Makes certificates: {@code TestCertificates.named("ai.example.com").issue()} is a self-signed EC
 * one of one day.
 */
public final class TestCertificates {

  private static final AtomicLong SERIAL = new AtomicLong(1);

  private final List<String> names;
  private String commonName = "test";
  private String algorithm = "EC";
  private Instant from = Instant.now().minus(Duration.ofHours(1));
  private Instant to = Instant.now().plus(Duration.ofDays(1));
  private boolean authority;
  private Optional<Issued> issuer = Optional.empty();

  private TestCertificates(List<String> names) {
    this.names = names;
  }

  /** Alternative names: DNS names, wildcards, IP addresses. */
  public static TestCertificates named(String... names) {
    return new TestCertificates(List.of(names));
  }

  /** A certificate authority of its own. */
  public static Issued newAuthority() {
    TestCertificates builder = named().commonName("Test CA " + SERIAL.get());
    builder.authority = true;
    return builder.issue();
  }

  public TestCertificates commonName(String name) {
    commonName = name;
    return this;
  }

  /** An RSA key of 2048 bits in place of EC P-256. */
  public TestCertificates rsa() {
    algorithm = "RSA";
    return this;
  }

  /** Any other algorithm that the JDK has a key pair generator for, for example Ed25519. */
  public TestCertificates algorithm(String name) {
    algorithm = name;
    return this;
  }

  public TestCertificates valid(Instant notBefore, Instant notAfter) {
    from = notBefore;
    to = notAfter;
    return this;
  }

  public TestCertificates issuedBy(Issued ca) {
    issuer = Optional.of(ca);
    return this;
  }

  /** A certificate with its key. */
  public record Issued(X509Certificate certificate, KeyPair keys, Optional<Issued> issuer) {

    /** The certificate and its issuers but the root, which clients have. */
    public String chainPem() {
      return pem(certificate)
          + issuer.filter(ca -> ca.issuer.isPresent()).map(Issued::chainPem).orElse("");
    }

    public PrivateKey key() {
      return keys.getPrivate();
    }

    /** PKCS#8, {@code BEGIN PRIVATE KEY}. */
    public String keyPem() {
      return pkcs8(key());
    }

    /** PKCS#1 or SEC1, {@code BEGIN RSA PRIVATE KEY} or {@code BEGIN EC PRIVATE KEY}. */
    public String traditionalKeyPem() {
      return pem(key());
    }

    public Certificate as(String name) {
      return new Certificate(name, chainPem(), new Sensitive(keyPem()));
    }
  }

  public Issued issue() {
    try {
      KeyPair keys = keys();
      PrivateKey signer = issuer.map(Issued::key).orElse(keys.getPrivate());
      var holder =
          certificate(keys).build(new JcaContentSignerBuilder(signature(signer)).build(signer));
      return new Issued(new JcaX509CertificateConverter().getCertificate(holder), keys, issuer);
    } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
      throw new IllegalStateException(e);
    }
  }

  private KeyPair keys() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance(algorithm);
    switch (algorithm) {
      case "EC" -> generator.initialize(new ECGenParameterSpec("secp256r1"));
      case "RSA" -> generator.initialize(2048);
      default -> {}
    }
    return generator.generateKeyPair();
  }

  private static String signature(PrivateKey signer) {
    return switch (signer.getAlgorithm()) {
      case "EC" -> "SHA256withECDSA";
      case "RSA" -> "SHA256withRSA";
      default -> "Ed25519";
    };
  }

  private X509v3CertificateBuilder certificate(KeyPair keys) throws CertIOException {
    X500Name subject = new X500Name("CN=" + commonName);
    X500Name signer =
        issuer
            .map(
                ca -> X500Name.getInstance(ca.certificate().getSubjectX500Principal().getEncoded()))
            .orElse(subject);
    var builder =
        new JcaX509v3CertificateBuilder(
            signer,
            BigInteger.valueOf(SERIAL.getAndIncrement()),
            Date.from(from),
            Date.from(to),
            subject,
            keys.getPublic());
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
    if (!names.isEmpty()) {
      GeneralName[] all = names.stream().map(TestCertificates::name).toArray(GeneralName[]::new);
      builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(all));
    }
    return builder;
  }

  private static GeneralName name(String name) {
    boolean address = name.matches("[0-9.]+|.*:.*");
    return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, name);
  }

  private static String pkcs8(PrivateKey key) {
    try {
      return pem(new JcaPKCS8Generator(key, null));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The chain of several certificates in one text. */
  public static String pem(X509Certificate... certificates) {
    return String.join("", Arrays.stream(certificates).map(TestCertificates::pem).toList());
  }

  private static String pem(Object object) {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      writer.writeObject(object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}

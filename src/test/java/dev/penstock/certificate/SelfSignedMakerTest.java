package dev.penstock.certificate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.openssl.PEMParser;
import org.junit.jupiter.api.Test;

class SelfSignedMakerTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration LIFE = Duration.ofDays(90);

  private final SelfSignedMaker maker = new SelfSignedMaker();

  @Test
  void anotherLibraryReadsItAndWritesTheSameBytes() throws Exception {
    var certificate = read(maker.make("penstock ai/default", List.of("localhost"), NOW, LIFE));
    byte[] encoded = certificate.getEncoded();
    assertArrayEquals(
        ASN1Primitive.fromByteArray(encoded).getEncoded(ASN1Encoding.DER), encoded, "not DER");
    assertEquals("CN=penstock ai/default", certificate.getSubject().toString());
    assertEquals(certificate.getSubject(), certificate.getIssuer());
    assertEquals(NOW.plus(LIFE), certificate.getNotAfter().toInstant());
    assertEquals(NOW.minus(Duration.ofMinutes(5)), certificate.getNotBefore().toInstant());
  }

  @Test
  void bothKeyIdentifiersAreThatOfTheKey() throws Exception {
    var certificate = read(maker.make("test", List.of("localhost"), NOW, LIFE));
    Extensions extensions = certificate.getExtensions();
    byte[] wanted =
        new JcaX509ExtensionUtils()
            .createSubjectKeyIdentifier(certificate.getSubjectPublicKeyInfo())
            .getKeyIdentifier();
    assertArrayEquals(wanted, SubjectKeyIdentifier.fromExtensions(extensions).getKeyIdentifier());
    assertArrayEquals(
        wanted, AuthorityKeyIdentifier.fromExtensions(extensions).getKeyIdentifierOctets());
  }

  @Test
  void theUsagesAreThoseOfAServer() throws Exception {
    X509Certificate certificate = jdk(maker.make("test", List.of("localhost"), NOW, LIFE));
    assertEquals(Set.of("2.5.29.15", "2.5.29.19"), certificate.getCriticalExtensionOIDs());
    assertTrue(certificate.getKeyUsage()[0], "digitalSignature");
    assertEquals(1, IntStream.range(0, 9).filter(i -> certificate.getKeyUsage()[i]).count());
    assertEquals(List.of("1.3.6.1.5.5.7.3.1"), certificate.getExtendedKeyUsage());
  }

  @Test
  void manyNamesAndALongCommonNameFit() throws Exception {
    List<String> names =
        IntStream.range(0, 3_000).mapToObj(i -> "service-" + i + ".example.com").toList();
    X509Certificate certificate = jdk(maker.make("n".repeat(200), names, NOW, LIFE));
    assertEquals(Set.copyOf(names), AlternativeNames.of(certificate));
    assertEquals("CN=" + "n".repeat(64), certificate.getSubjectX500Principal().getName());
    certificate.verify(certificate.getPublicKey());
  }

  @Test
  void timesBeyondTheCenturyHalfAreWrittenInTheLongForm() throws Exception {
    Instant late = Instant.parse("2049-12-31T00:00:00Z");
    X509Certificate certificate = jdk(maker.make("test", List.of("localhost"), late, LIFE));
    assertEquals(late.plus(LIFE), certificate.getNotAfter().toInstant());
  }

  private static X509CertificateHolder read(PemPair pair) throws Exception {
    try (var parser = new PEMParser(new StringReader(pair.chain()))) {
      return (X509CertificateHolder) parser.readObject();
    }
  }

  private static X509Certificate jdk(PemPair pair) throws Exception {
    var in = new ByteArrayInputStream(pair.chain().getBytes(StandardCharsets.US_ASCII));
    return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
  }
}

package dev.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.certificate.AlternativeNames;
import dev.penstock.model.Certificate;
import dev.penstock.model.ResourceName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelfSignedStoreTest {

  private static final ResourceName GATEWAY = new ResourceName("ai", "default");
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Set<String> NAMES =
      Set.of("ai.example.com", "*.example.org", "localhost", "127.0.0.1", "::1");

  @TempDir Path folder;

  @Test
  void theCertificateIsForAllNamesAndLastsNinetyDays() throws Exception {
    SelfSigned made = at(NOW).get(GATEWAY, NAMES);
    X509Certificate certificate = parse(made.certificate());
    assertEquals(
        Set.of("ai.example.com", "*.example.org", "localhost", "127.0.0.1", "0:0:0:0:0:0:0:1"),
        AlternativeNames.of(certificate));
    assertEquals(NOW.plus(Duration.ofDays(90)), made.expires());
    assertEquals("EC", certificate.getPublicKey().getAlgorithm());
    assertEquals(-1, certificate.getBasicConstraints(), "it is no authority for others");
    assertEquals(List.of("1.3.6.1.5.5.7.3.1"), certificate.getExtendedKeyUsage());
    certificate.verify(certificate.getPublicKey());
    assertTrue(made.certificate().keyPem().value().startsWith("-----BEGIN PRIVATE KEY-----"));
  }

  @Test
  void theNextRunFindsTheSame() {
    Certificate first = at(NOW).get(GATEWAY, NAMES).certificate();
    assertEquals(first, at(NOW.plus(Duration.ofDays(59))).get(GATEWAY, NAMES).certificate());
    assertEquals(first, at(NOW).get(GATEWAY, Set.of("localhost")).certificate());
  }

  @Test
  void itIsMadeAnewAtTwoThirdsOfItsLife() {
    Certificate first = at(NOW).get(GATEWAY, NAMES).certificate();
    SelfSigned second = at(NOW.plus(Duration.ofDays(61))).get(GATEWAY, NAMES);
    assertNotEquals(first, second.certificate());
    assertEquals(NOW.plus(Duration.ofDays(151)), second.expires());
  }

  @Test
  void itIsMadeAnewForAnotherName() {
    Certificate first = at(NOW).get(GATEWAY, NAMES).certificate();
    assertNotEquals(first, at(NOW).get(GATEWAY, Set.of("new.example.com")).certificate());
  }

  @Test
  void gatewaysDoNotShareOne() {
    Certificate first = at(NOW).get(GATEWAY, NAMES).certificate();
    assertNotEquals(first, at(NOW).get(new ResourceName("ai", "two"), NAMES).certificate());
  }

  @Test
  void onlyTheOwnerReadsTheKeyAndTheTrustFileHoldsNone() throws IOException {
    SelfSigned made = at(NOW).get(GATEWAY, NAMES);
    Path home = folder.resolve("ai/default");
    assertEquals(
        "rw-------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("tls.pem"))));
    String trust = Files.readString(made.authority().orElseThrow());
    assertEquals(made.certificate().chainPem(), trust);
    assertFalse(trust.contains("PRIVATE"));
    try (var files = Files.list(home)) {
      assertEquals(2, files.count(), "nothing else is left behind");
    }
  }

  @Test
  void aDamagedFileIsReplaced() throws IOException {
    at(NOW).get(GATEWAY, NAMES);
    Files.writeString(folder.resolve("ai/default/tls.pem"), "garbage");
    Files.writeString(folder.resolve("ai/default/ca.crt"), "garbage");
    SelfSigned made = at(NOW).get(GATEWAY, NAMES);
    assertEquals(made.certificate().chainPem(), Files.readString(made.authority().orElseThrow()));
    assertEquals(made.certificate(), at(NOW).get(GATEWAY, NAMES).certificate());
  }

  @Test
  void whereNothingCanBeWrittenItLastsAsLongAsTheRun() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "not a folder");
    var store = new SelfSignedStore(file, Clock.fixed(NOW, ZoneOffset.UTC));
    SelfSigned made = store.get(GATEWAY, NAMES);
    assertTrue(made.authority().isEmpty());
    assertTrue(made.described().startsWith("in memory only"), made.described());
    assertEquals(made.certificate(), store.get(GATEWAY, NAMES).certificate());
  }

  private SelfSignedStore at(Instant now) {
    return new SelfSignedStore(folder, Clock.fixed(now, ZoneOffset.UTC));
  }

  private static X509Certificate parse(Certificate certificate) throws Exception {
    var in = new ByteArrayInputStream(certificate.chainPem().getBytes(StandardCharsets.US_ASCII));
    return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
  }
}

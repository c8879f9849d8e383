package dev.penstock.proxy.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.model.Certificate;
import dev.penstock.model.Sensitive;
import dev.penstock.model.Tls;
import dev.penstock.testing.TestCertificates;
import dev.penstock.testing.TestCertificates.Issued;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CertificateLoadingTest {

  private static final Issued EC = TestCertificates.named("ec.example").issue();
  private static final Issued OTHER_EC = TestCertificates.named("ec.example").issue();
  private static final Issued RSA = TestCertificates.named("rsa.example").rsa().issue();
  private static final Issued OTHER_RSA = TestCertificates.named("rsa.example").rsa().issue();

  private static ServerTls compile(Instant now, Certificate... certificates) throws TlsProblem {
    return ServerTls.compile(
        new Tls(Tls.Mode.TERMINATE, Tls.Version.TLS_1_2, List.of(certificates)),
        List.of("http/1.1"),
        now,
        Optional.empty());
  }

  private static void accept(Issued issued, String keyPem) throws TlsProblem {
    var tls =
        compile(Instant.now(), new Certificate("ai/tls", issued.chainPem(), new Sensitive(keyPem)));
    assertTrue(tls.release());
  }

  private static String refuse(String chainPem, String keyPem) {
    var certificate = new Certificate("ai/tls", chainPem, new Sensitive(keyPem));
    var problem =
        assertThrows(TlsProblem.class, () -> compile(Instant.now(), EC.as("good"), certificate));
    for (String line :
        keyPem.lines().filter(l -> l.length() > 20 && !l.contains("-----")).toList()) {
      assertFalse(problem.toString().contains(line), "shows the key");
    }
    assertTrue(problem.getMessage().startsWith("ai/tls: "), problem.getMessage());
    return problem.getMessage().substring("ai/tls: ".length());
  }

  static Stream<Issued> both() {
    return Stream.of(EC, RSA);
  }

  @ParameterizedTest
  @MethodSource("both")
  void readsKeysInEveryForm(Issued issued) throws TlsProblem {
    assertTrue(issued.keyPem().startsWith("-----BEGIN PRIVATE KEY"));
    assertTrue(issued.traditionalKeyPem().matches("(?s)-----BEGIN (RSA|EC) PRIVATE KEY.*"));
    accept(issued, issued.keyPem());
    accept(issued, issued.traditionalKeyPem());
    accept(issued, issued.keyPem().replace("\n", "\r\n"));
    accept(issued, "  a comment\n" + issued.keyPem() + "\n\nmore\n");
    // What `openssl ecparam -genkey` writes.
    accept(
        issued,
        "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
            + issued.traditionalKeyPem());
  }

  @Test
  void refusesAKeyOfAnotherCertificate() {
    String message = "the private key does not belong to the certificate";
    assertEquals(message, refuse(EC.chainPem(), OTHER_EC.keyPem()));
    assertEquals(message, refuse(EC.chainPem(), OTHER_EC.traditionalKeyPem()));
    assertEquals(message, refuse(EC.chainPem(), RSA.keyPem()));
    assertEquals(message, refuse(EC.chainPem(), RSA.traditionalKeyPem()));
    assertEquals(message, refuse(RSA.chainPem(), OTHER_RSA.keyPem()));
    assertEquals(message, refuse(RSA.chainPem(), OTHER_RSA.traditionalKeyPem()));
    assertEquals(message, refuse(RSA.chainPem(), EC.keyPem()));
  }

  @Test
  void refusesHalfWrittenFilesAtEveryCut() {
    String chain = EC.chainPem();
    for (int size = 1; size < chain.length() - 2; size += 7) {
      refuse(chain.substring(0, size), EC.keyPem());
    }
    String key = RSA.keyPem();
    for (int size = 1; size < key.length() - 2; size += 97) {
      refuse(RSA.chainPem(), key.substring(0, size));
    }
    assertEquals(
        "the PEM block 'CERTIFICATE' has no end; is the file complete?",
        refuse(chain.substring(0, chain.length() / 2), EC.keyPem()));
    assertEquals(
        "the PEM block 'CERTIFICATE' has no end; is the file complete?",
        refuse(chain + chain.substring(0, chain.length() / 2), EC.keyPem()));
  }

  @Test
  void refusesWhatIsNoCertificateOrKey() {
    assertEquals("holds no certificate in PEM", refuse("hello", EC.keyPem()));
    assertEquals("holds no certificate in PEM", refuse(EC.keyPem(), EC.keyPem()));
    assertEquals("expected one private key in PEM, found 0", refuse(EC.chainPem(), EC.chainPem()));
    assertEquals(
        "expected one private key in PEM, found 2",
        refuse(EC.chainPem(), EC.keyPem() + EC.keyPem()));
    assertEquals(
        "the PEM block 'PRIVATE KEY' is not base64",
        refuse(EC.chainPem(), "-----BEGIN PRIVATE KEY-----\n???\n-----END PRIVATE KEY-----\n"));
    assertEquals(
        "the private key cannot be read as RSA or EC",
        refuse(EC.chainPem(), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"));
    assertEquals(
        "certificate 2 cannot be read",
        refuse(
            EC.chainPem() + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            EC.keyPem()));
  }

  @Test
  void refusesEncryptedKeysAndSaysTheMend() {
    String message =
        "the private key is encrypted; store it in plain form (openssl pkey -in key.pem)";
    assertEquals(
        message,
        refuse(
            EC.chainPem(),
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"));
    assertEquals(
        message,
        refuse(
            RSA.chainPem(),
            """
            -----BEGIN RSA PRIVATE KEY-----
            Proc-Type: 4,ENCRYPTED
            DEK-Info: AES,00

            AAAA
            -----END RSA PRIVATE KEY-----
            """));
  }

  @Test
  void refusesOtherKindsOfKeys() {
    Issued ed25519 = TestCertificates.named("ed.example").algorithm("Ed25519").issue();
    assertEquals(
        "its key is EdDSA; use RSA or ECDSA", refuse(ed25519.chainPem(), ed25519.keyPem()));
  }

  @Test
  void refusesACertificateBeforeAndAfterItsTime() {
    Instant from = EC.certificate().getNotBefore().toInstant();
    Instant to = EC.certificate().getNotAfter().toInstant();
    var expired = assertThrows(TlsProblem.class, () -> compile(to.plusSeconds(1), EC.as("ai/tls")));
    assertEquals("ai/tls: expired at " + to, expired.getMessage());
    var early =
        assertThrows(TlsProblem.class, () -> compile(from.minusSeconds(1), EC.as("ai/tls")));
    assertEquals("ai/tls: is not valid before " + from, early.getMessage());
  }
}

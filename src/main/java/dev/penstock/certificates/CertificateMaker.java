package dev.penstock.certificates;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import org.bouncycastle.operator.OperatorCreationException;

/**
 * Makes certificates (RFC 5280) with new EC P-256 keys. Only this package needs Bouncy Castle,
 * which is slow to load: it is not touched while a certificate from an earlier run serves.
 */
public final class CertificateMaker {

  private final SecureRandom random;

  public CertificateMaker(SecureRandom random) {
    this.random = random;
  }

  /** A server's certificate for these DNS names and IP addresses, signed by itself. */
  public PemPair selfSigned(
      String commonName, Collection<String> names, Instant now, Duration life) {
    return make(
        keys -> {
          var draft = new CertificateDraft(commonName, commonName, keys.getPublic(), now, life);
          return draft.ofServer(names, keys.getPublic(), keys.getPrivate(), random);
        });
  }

  /** An authority that signs servers' certificates and no other authority's. */
  public PemPair authority(String commonName, Instant now, Duration life) {
    return make(
        keys -> {
          var draft = new CertificateDraft(commonName, commonName, keys.getPublic(), now, life);
          return draft.ofAuthority(keys.getPrivate(), random);
        });
  }

  /**
   * A server's certificate that the authority signs.
   *
   * @param authority a sound one, as {@link Renewal#sound} tells
   */
  public PemPair signed(
      PemPair authority, String commonName, Collection<String> names, Instant now, Duration life) {
    X509Certificate issuer = authority.certificate().orElseThrow();
    PrivateKey issuerKey = KeyPairs.privateKey(authority).orElseThrow();
    return make(
        keys -> {
          String issuerName = CertificateDraft.commonName(issuer);
          var draft = new CertificateDraft(commonName, issuerName, keys.getPublic(), now, life);
          return draft.ofServer(names, issuer.getPublicKey(), issuerKey, random);
        });
  }

  private interface Signing {
    X509Certificate sign(KeyPair keys)
        throws GeneralSecurityException, OperatorCreationException, IOException;
  }

  private PemPair make(Signing signing) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      KeyPair keys = generator.generateKeyPair();
      return new PemPair(
          pem("CERTIFICATE", signing.sign(keys).getEncoded()),
          pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("this JVM cannot sign with EC P-256", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String pem(String type, byte[] der) {
    return "-----BEGIN "
        + type
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + type
        + "-----\n";
  }
}

package dev.penstock.cli;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;

/**
 * Makes self-signed server certificates (RFC 5280). By hand, as the JDK has no public way: a
 * library for it would be a third of all that is shipped, and half of a first start.
 */
final class SelfSignedMaker {

  /** Clocks of clients are a little off. */
  private static final Duration BACKDATE = Duration.ofMinutes(5);

  private static final String COMMON_NAME = "2.5.4.3";
  private static final String ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
  private static final String SUBJECT_KEY_IDENTIFIER = "2.5.29.14";
  private static final String KEY_USAGE = "2.5.29.15";
  private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
  private static final String BASIC_CONSTRAINTS = "2.5.29.19";
  private static final String AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";
  private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";

  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;
  private static final int COMMON_NAME_MAX = 64;

  /** A P-256 public key ends with its point: 0x04 and two coordinates (RFC 5480, section 2.2). */
  private static final int POINT_BYTES = 65;

  private final SecureRandom random = new SecureRandom();

  /** An EC P-256 key with a certificate for these DNS names and IP addresses. */
  PemPair make(String commonName, Collection<String> names, Instant now, Duration life) {
    try {
      KeyPair pair = keyPair();
      byte[] body = body(commonName, names, pair, now, life);
      byte[] certificate =
          Der.sequence(
              body, Der.sequence(Der.oid(ECDSA_WITH_SHA256)), Der.bits(0, sign(body, pair)));
      return new PemPair(
          pem("CERTIFICATE", certificate), pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM cannot sign with EC P-256", e);
    }
  }

  private KeyPair keyPair() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"), random);
    return generator.generateKeyPair();
  }

  private byte[] sign(byte[] body, KeyPair pair) throws GeneralSecurityException {
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(pair.getPrivate(), random);
    signature.update(body);
    return signature.sign();
  }

  /** TBSCertificate, section 4.1. */
  private byte[] body(
      String commonName, Collection<String> names, KeyPair pair, Instant now, Duration life)
      throws GeneralSecurityException {
    byte[] name = name(commonName);
    return Der.sequence(
        Der.explicit(0, Der.integer(BigInteger.TWO)), // version 3
        Der.integer(new BigInteger(127, random).setBit(126)),
        Der.sequence(Der.oid(ECDSA_WITH_SHA256)),
        name,
        Der.sequence(Der.time(now.minus(BACKDATE)), Der.time(now.plus(life))),
        name,
        pair.getPublic().getEncoded(),
        Der.explicit(3, Der.sequence(extensions(names, pair))));
  }

  /** Its length is bounded (appendix A.1, ub-common-name); it only tells people what it is. */
  private static byte[] name(String commonName) {
    int length = Math.min(commonName.length(), COMMON_NAME_MAX);
    return Der.sequence(
        Der.set(Der.sequence(Der.oid(COMMON_NAME), Der.utf8(commonName.substring(0, length)))));
  }

  /** Both key identifiers, without which strict clients (Python 3.13 and newer) refuse it. */
  private static List<byte[]> extensions(Collection<String> names, KeyPair pair)
      throws GeneralSecurityException {
    byte[] key = keyIdentifier(pair);
    byte[] digitalSignature = Der.bits(7, new byte[] {(byte) 0x80});
    return List.of(
        extension(SUBJECT_ALTERNATIVE_NAME, Der.sequence(alternatives(names))),
        criticalExtension(BASIC_CONSTRAINTS, Der.sequence()),
        criticalExtension(KEY_USAGE, digitalSignature),
        extension(EXTENDED_KEY_USAGE, Der.sequence(Der.oid(SERVER_AUTH))),
        extension(SUBJECT_KEY_IDENTIFIER, Der.octets(key)),
        extension(AUTHORITY_KEY_IDENTIFIER, Der.sequence(Der.implicit(0, key))));
  }

  private static byte[] extension(String oid, byte[] value) {
    return Der.sequence(Der.oid(oid), Der.octets(value));
  }

  private static byte[] criticalExtension(String oid, byte[] value) {
    return Der.sequence(Der.oid(oid), Der.isTrue(), Der.octets(value));
  }

  /** The SHA-1 of the key, method 1 of section 4.2.1.2: a name for it, no protection. */
  private static byte[] keyIdentifier(KeyPair pair) throws GeneralSecurityException {
    byte[] encoded = pair.getPublic().getEncoded();
    MessageDigest digest = MessageDigest.getInstance("SHA-1");
    digest.update(encoded, encoded.length - POINT_BYTES, POINT_BYTES);
    return digest.digest();
  }

  private static List<byte[]> alternatives(Collection<String> names) {
    List<byte[]> alternatives = new ArrayList<>();
    names.forEach(name -> alternatives.add(alternative(name)));
    return alternatives;
  }

  private static byte[] alternative(String name) {
    if (name.indexOf(':') < 0 && !name.matches("[0-9.]+")) {
      return Der.implicit(DNS_NAME, name.getBytes(StandardCharsets.US_ASCII));
    }
    try {
      return Der.implicit(IP_ADDRESS, InetAddress.getByName(name).getAddress());
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("not an address: " + name, e);
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

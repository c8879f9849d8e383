package dev.penstock.proxy.tls;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;

/** Reads RSA and EC keys in the PEM forms that tools write: PKCS#8, PKCS#1 and SEC1. */
final class PrivateKeys {

  static final String ENCRYPTED =
      "the private key is encrypted; store it in plain form (openssl pkey -in key.pem)";

  private static final String MISMATCH = "the private key does not belong to the certificate";
  private static final byte[] VERSION_0 = {2, 1, 0};

  private PrivateKeys() {}

  /** The key that belongs to {@code certified}. */
  static PrivateKey read(String name, String pem, PublicKey certified) throws TlsProblem {
    List<PemBlock> keys =
        PemBlock.parse(name, pem).stream()
            .filter(block -> block.label().endsWith("PRIVATE KEY"))
            .toList();
    if (keys.size() != 1) {
      throw new TlsProblem(name, "expected one private key in PEM, found " + keys.size());
    }
    PrivateKey key = decode(name, keys.getFirst(), certified);
    if (!match(key, certified)) {
      throw new TlsProblem(name, MISMATCH);
    }
    return key;
  }

  private static PrivateKey decode(String name, PemBlock block, PublicKey certified)
      throws TlsProblem {
    String algorithm = certified.getAlgorithm();
    if (!algorithm.equals("RSA") && !algorithm.equals("EC")) {
      throw new TlsProblem(name, "its key is " + algorithm + "; use RSA or ECDSA");
    }
    return switch (block.label()) {
      case "PRIVATE KEY" -> pkcs8(name, block.der(), algorithm);
      case "RSA PRIVATE KEY" -> traditional(name, block, certified, "RSA");
      case "EC PRIVATE KEY" -> traditional(name, block, certified, "EC");
      case "ENCRYPTED PRIVATE KEY" -> throw new TlsProblem(name, ENCRYPTED);
      default -> throw new TlsProblem(name, "'" + block.label() + "' is no RSA or EC key");
    };
  }

  private static PrivateKey pkcs8(String name, byte[] der, String algorithm) throws TlsProblem {
    try {
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (GeneralSecurityException e) {
      throw new TlsProblem(name, otherAlgorithm(der, algorithm) ? MISMATCH : unreadable(), e);
    }
  }

  private static boolean otherAlgorithm(byte[] der, String algorithm) {
    try {
      KeyFactory.getInstance(algorithm.equals("RSA") ? "EC" : "RSA")
          .generatePrivate(new PKCS8EncodedKeySpec(der));
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static String unreadable() {
    return "the private key cannot be read as RSA or EC";
  }

  /**
   * PKCS#1 (RFC 8017) and SEC1 (RFC 5915) are what PKCS#8 (RFC 5208) wraps; the algorithm with its
   * curve is that of the certificate, to which the key must belong anyway.
   */
  private static PrivateKey traditional(
      String name, PemBlock block, PublicKey certified, String algorithm) throws TlsProblem {
    if (!certified.getAlgorithm().equals(algorithm)) {
      throw new TlsProblem(name, MISMATCH);
    }
    byte[] identifier = algorithmIdentifier(certified.getEncoded());
    byte[] der = der(0x30, VERSION_0, identifier, der(0x04, block.der()));
    return pkcs8(name, der, algorithm);
  }

  /** The first element of a SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7). */
  private static byte[] algorithmIdentifier(byte[] info) {
    int start = content(info, 0);
    int contentStart = content(info, start);
    return Arrays.copyOfRange(info, start, contentStart + length(info, start));
  }

  private static int content(byte[] der, int at) {
    return at + 2 + (der[at + 1] < 0 ? der[at + 1] & 0x7f : 0);
  }

  private static int length(byte[] der, int at) {
    if (der[at + 1] >= 0) {
      return der[at + 1];
    }
    int length = 0;
    for (int i = at + 2; i < content(der, at); i++) {
      length = (length << 8) | (der[i] & 0xff);
    }
    return length;
  }

  private static byte[] der(int tag, byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    var out = new ByteArrayOutputStream(length + 5);
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else {
      out.write(0x82);
      out.write(length >> 8);
      out.write(length);
    }
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static boolean match(PrivateKey key, PublicKey certified) {
    try {
      var signature =
          Signature.getInstance(
              certified.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA");
      byte[] probe = {1, 2, 3, 4};
      signature.initSign(key);
      signature.update(probe);
      byte[] signed = signature.sign();
      signature.initVerify(certified);
      signature.update(probe);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}

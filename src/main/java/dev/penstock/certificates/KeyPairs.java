package dev.penstock.certificates;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;

/** The keys of what was made here. */
final class KeyPairs {

  private static final byte[] SAMPLE = {1, 2, 3};

  private KeyPairs() {}

  /** Absent when it is damaged, or not of an elliptic curve. */
  static Optional<PrivateKey> privateKey(PemPair pair) {
    String body = pair.key().replaceAll("-----[A-Z ]+-----", "");
    try {
      byte[] der = Base64.getMimeDecoder().decode(body);
      return Optional.of(
          KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der)));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Whether what the one signs the other verifies. */
  static boolean match(PrivateKey signing, PublicKey verifying) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(signing);
      signature.update(SAMPLE);
      byte[] signed = signature.sign();
      signature.initVerify(verifying);
      signature.update(SAMPLE);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false; // not even of one kind
    }
  }
}

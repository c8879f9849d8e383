package dev.penstock.certificates;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;

/** When a certificate that was made here is made anew. */
public final class Renewal {

  private Renewal() {}

  /** At two thirds of its life: the last third is for whoever is slow to take the new one. */
  public static Instant due(X509Certificate certificate) {
    Instant from = certificate.getNotBefore().toInstant();
    Duration life = Duration.between(from, certificate.getNotAfter().toInstant());
    return from.plus(life.multipliedBy(2).dividedBy(3));
  }

  /** Whether it need not be made anew yet, and has begun. */
  public static boolean fresh(X509Certificate certificate, Instant now) {
    return now.isAfter(certificate.getNotBefore().toInstant()) && now.isBefore(due(certificate));
  }

  /** Whether it is fresh and for all of the names; the key is not looked at. */
  public static boolean serves(PemPair pair, Collection<String> names, Instant now) {
    return pair.certificate()
        .filter(certificate -> fresh(certificate, now))
        .filter(
            certificate ->
                AlternativeNames.of(certificate).containsAll(AlternativeNames.canonical(names)))
        .isPresent();
  }

  /** Whether both parts can be read and belong together. */
  public static boolean sound(PemPair pair) {
    return pair.certificate()
        .flatMap(
            certificate ->
                KeyPairs.privateKey(pair)
                    .filter(key -> KeyPairs.match(key, certificate.getPublicKey())))
        .isPresent();
  }

  /** Whether the authority signed it. */
  public static boolean signed(PemPair pair, X509Certificate authority) {
    return pair.certificate()
        .filter(
            certificate ->
                certificate.getIssuerX500Principal().equals(authority.getSubjectX500Principal()))
        .filter(certificate -> verifies(certificate, authority))
        .isPresent();
  }

  private static boolean verifies(X509Certificate certificate, X509Certificate authority) {
    try {
      certificate.verify(authority.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}

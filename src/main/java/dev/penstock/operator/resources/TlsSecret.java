package dev.penstock.operator.resources;

import dev.penstock.certificates.PemPair;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Map;
import java.util.Optional;

/**
 * The Secret with the certificate that is made for a gateway. Clients find what to trust under
 * {@code ca.crt}.
 */
public final class TlsSecret {

  private TlsSecret() {}

  public static Secret of(GatewayShape shape, PemPair selfSigned) {
    return SecretTexts.secret(
        shape.metadata(shape.names().tls()),
        SecretTexts.TLS_TYPE,
        Map.of(
            SecretTexts.CERTIFICATE, selfSigned.chain(),
            SecretTexts.KEY, selfSigned.key(),
            SecretTexts.AUTHORITY, selfSigned.chain()));
  }

  /** What such a Secret holds; absent when something is missing. */
  public static Optional<PemPair> read(Secret secret) {
    return SecretTexts.text(secret, SecretTexts.CERTIFICATE)
        .flatMap(
            chain -> SecretTexts.text(secret, SecretTexts.KEY).map(key -> new PemPair(chain, key)));
  }
}

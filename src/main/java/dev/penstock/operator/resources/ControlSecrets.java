package dev.penstock.operator.resources;

import dev.penstock.certificates.PemPair;
import dev.penstock.model.Sensitive;
import dev.penstock.operator.certificates.ControlAuthority;
import dev.penstock.operator.certificates.ControlIdentity;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The two Secrets of the control port: what proxies mount, and the authority, which they do not.
 */
public final class ControlSecrets {

  /** The entry with the bearer token. */
  public static final String TOKEN = "token";

  private static final String BEGIN = "-----BEGIN CERTIFICATE-----";

  private ControlSecrets() {}

  /** What the proxies mount; it has to be there before their pods can start. */
  public static Secret of(GatewayShape shape, ControlIdentity identity) {
    return SecretTexts.secret(
        shape.metadata(shape.names().control()),
        "Opaque",
        Map.of(
            SecretTexts.CERTIFICATE,
            identity.server().chain(),
            SecretTexts.KEY,
            identity.server().key(),
            TOKEN,
            identity.token().value()));
  }

  /** The key that signs, and under {@code ca.crt} the former authorities. */
  public static Secret of(GatewayShape shape, ControlAuthority authority) {
    return SecretTexts.secret(
        shape.metadata(shape.names().controlAuthority()),
        SecretTexts.TLS_TYPE,
        Map.of(
            SecretTexts.CERTIFICATE, authority.current().chain(),
            SecretTexts.KEY, authority.current().key(),
            SecretTexts.AUTHORITY, String.join("", authority.former())));
  }

  /** What {@link #of(GatewayShape, ControlIdentity)} wrote; absent when something is missing. */
  public static Optional<ControlIdentity> identity(Secret secret) {
    return TlsSecret.read(secret)
        .flatMap(
            server ->
                SecretTexts.text(secret, TOKEN)
                    .map(token -> new ControlIdentity(server, new Sensitive(token))));
  }

  /** What {@link #of(GatewayShape, ControlAuthority)} wrote; absent when the pair is missing. */
  public static Optional<ControlAuthority> authority(Secret secret) {
    return TlsSecret.read(secret).map(pair -> authority(secret, pair));
  }

  private static ControlAuthority authority(Secret secret, PemPair pair) {
    String former = SecretTexts.text(secret, SecretTexts.AUTHORITY).orElse("");
    List<String> certificates =
        Stream.of(former.split(BEGIN, -1))
            .filter(part -> !part.isBlank())
            .map(part -> BEGIN + part)
            .toList();
    return new ControlAuthority(pair, certificates);
  }
}

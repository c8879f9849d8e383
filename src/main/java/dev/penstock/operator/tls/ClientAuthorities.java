package dev.penstock.operator.tls;

import dev.penstock.certificate.AuthorityCheck;
import dev.penstock.model.GatewayConfig;
import dev.penstock.model.Tls;
import java.util.Optional;

/** Keeps the last good authority of clients where the Secret holds none that can be used. */
public final class ClientAuthorities {

  private ClientAuthorities() {}

  /**
   * The configuration with an authority that can be used, if it asks for one; absent when there is
   * none, since without it everybody would be let in.
   *
   * @param running what the proxies have; its authority was good once
   */
  public static Optional<GatewayConfig> guarded(
      GatewayConfig config, Optional<GatewayConfig> running) {
    Optional<Tls.ClientAuthority> asked = config.tls().clientCa();
    if (asked.isEmpty() || isUsable(asked.get())) {
      return Optional.of(config);
    }
    return running
        .flatMap(before -> before.tls().clientCa())
        .filter(last -> last.name().equals(asked.get().name()) && isUsable(last))
        .map(last -> config.withTls(config.tls().withClientCa(last)));
  }

  private static boolean isUsable(Tls.ClientAuthority authority) {
    return AuthorityCheck.problem(authority.pem()).isEmpty();
  }
}

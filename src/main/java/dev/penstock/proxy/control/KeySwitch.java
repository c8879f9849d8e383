package dev.penstock.proxy.control;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** Asks the key manager of the moment, and for an alias the one that gave it out. */
final class KeySwitch extends X509ExtendedKeyManager {

  private final Function<String, Optional<X509ExtendedKeyManager>> owner;
  private final Supplier<Optional<X509ExtendedKeyManager>> current;

  KeySwitch(
      Function<String, Optional<X509ExtendedKeyManager>> owner,
      Supplier<Optional<X509ExtendedKeyManager>> current) {
    this.owner = owner;
    this.current = current;
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return current
        .get()
        .map(manager -> manager.chooseEngineServerAlias(keyType, issuers, engine))
        .orElse(null);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return current
        .get()
        .map(manager -> manager.chooseServerAlias(keyType, issuers, socket))
        .orElse(null);
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return current.get().map(manager -> manager.getServerAliases(keyType, issuers)).orElse(null);
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    return owner.apply(alias).map(manager -> manager.getCertificateChain(alias)).orElse(null);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    return owner.apply(alias).map(manager -> manager.getPrivateKey(alias)).orElse(null);
  }

  /** It is never a client. */
  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  /** It is never a client. */
  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }
}

package dev.penstock.proxy.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.proxy.tls.PemIdentity;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * By what a proxy is known on its control port, and by what it knows the operator: a certificate
 * with its key, and bearer tokens. All of it can be replaced while it is in use.
 */
public final class ControlKeys {

  private static final String SCHEME = "Bearer ";
  private static final char[] NO_PASSWORD = {};

  /** Of which the one before serves handshakes that began with it. */
  private record Generation(
      long number, X509ExtendedKeyManager manager, @Nullable X509ExtendedKeyManager before) {

    X509ExtendedKeyManager owner(String alias) {
      return before != null && !alias.equals(alias(number)) ? before : manager;
    }
  }

  private volatile @Nullable Generation generation;
  private volatile List<byte[]> tokens = List.of();

  /** What new handshakes are met with. */
  public synchronized void use(PemIdentity identity) {
    Generation last = generation;
    long number = last == null ? 1 : last.number + 1;
    generation =
        new Generation(
            number, manager(identity, alias(number)), last == null ? null : last.manager);
  }

  /** The tokens that are accepted from now on; without any, nobody is let in. */
  public void accept(List<String> accepted) {
    tokens = accepted.stream().map(ControlKeys::digest).toList();
  }

  /** Whether there is all that it takes to let anybody in. */
  public boolean complete() {
    return generation != null && !tokens.isEmpty();
  }

  /**
   * Whether the field carries a token that is accepted. All of them are compared, in a time that
   * does not depend on how much of one was guessed.
   */
  boolean permits(@Nullable String authorization) {
    if (authorization == null
        || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return false;
    }
    byte[] given = digest(authorization.substring(SCHEME.length()).strip());
    boolean known = false;
    for (byte[] token : tokens) {
      known |= MessageDigest.isEqual(given, token);
    }
    return known;
  }

  /** For the JDK's TLS; always asks for what is in use now. */
  X509ExtendedKeyManager manager() {
    return new KeySwitch(
        alias -> Optional.ofNullable(generation).map(now -> now.owner(alias)),
        () -> Optional.ofNullable(generation).map(Generation::manager));
  }

  private static String alias(long number) {
    return "control-" + number;
  }

  private static X509ExtendedKeyManager manager(PemIdentity identity, String alias) {
    try {
      KeyStore store = KeyStore.getInstance("JKS"); // in memory: no rounds of hashing
      store.load(null, null);
      store.setKeyEntry(
          alias, identity.key(), NO_PASSWORD, identity.chain().toArray(X509Certificate[]::new));
      var factory = KeyManagerFactory.getInstance("SunX509"); // keeps the alias as it is
      factory.init(store, NO_PASSWORD);
      return (X509ExtendedKeyManager) factory.getKeyManagers()[0];
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("a key that was read cannot be used", e);
    }
  }

  private static byte[] digest(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}

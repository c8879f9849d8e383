package dev.penstock.proxy.tls;

import dev.penstock.model.Certificate;
import dev.penstock.model.Tls;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.Mapping;
import io.netty.util.ReferenceCounted;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The certificates of a gateway, compiled; immutable. The server name of a handshake (SNI, RFC 6066
 * section 3) picks one by its alternative names, exact before wildcard; the first is the default.
 *
 * <p>Counted: it is made with one reference, which belongs to whoever hands it to new connections,
 * and holds one more for each connection that uses it. Native memory is freed with the last.
 */
public final class ServerTls extends AbstractReferenceCounted {

  private final List<ServerIdentity> identities;
  private final Optional<ClientAuthorities> clients;
  private final Map<String, SslContext> byName = new HashMap<>();

  private ServerTls(List<ServerIdentity> identities, Optional<ClientAuthorities> clients) {
    this.clients = clients;
    this.identities = List.copyOf(identities);
    for (ServerIdentity identity : identities) {
      identity.dnsNames().forEach(name -> byName.putIfAbsent(name, identity.context()));
    }
  }

  /** Loads the native TLS library, where there is one; the first certificate does it otherwise. */
  public static void loadLibrary() {
    var _ = TlsPolicy.provider();
  }

  /**
   * When a certificate ends.
   *
   * @param hosts its DNS names
   */
  public record Expiry(String certificate, List<String> hosts, Instant at) {}

  /**
   * Compiles all certificates, or none.
   *
   * @param applicationProtocols for ALPN, preferred first, for example {@code http/1.1}
   * @param previous the running set: what is unchanged is taken over with its sessions, even if it
   *     has expired meanwhile, so that an old certificate never holds up another change
   * @throws TlsProblem if one is unreadable, expired, or does not belong to its key
   * @throws IllegalArgumentException if there is none
   */
  public static ServerTls compile(
      Tls tls, List<String> applicationProtocols, Instant now, Optional<ServerTls> previous)
      throws TlsProblem {
    return compile(TlsPolicy.provider(), tls, applicationProtocols, now, previous);
  }

  static ServerTls compile(
      SslProvider provider,
      Tls tls,
      List<String> applicationProtocols,
      Instant now,
      Optional<ServerTls> previous)
      throws TlsProblem {
    if (tls.certificates().isEmpty()) {
      throw new IllegalArgumentException("TLS needs a certificate");
    }
    Optional<ClientAuthorities> clients =
        tls.clientCa().isPresent()
            ? Optional.of(ClientAuthorities.read(tls.clientCa().get()))
            : Optional.empty();
    var settings =
        new ServerIdentity.Settings(provider, tls.minVersion(), applicationProtocols, clients);
    var identities = new ArrayList<ServerIdentity>();
    boolean complete = false;
    try {
      for (Certificate certificate : tls.certificates()) {
        Optional<ServerIdentity> kept =
            previous.flatMap(running -> running.identity(certificate, settings));
        identities.add(
            kept.isPresent()
                ? kept.get().retain()
                : ServerIdentity.load(certificate, settings, now));
      }
      complete = true;
      return new ServerTls(identities, clients);
    } finally {
      if (!complete) {
        identities.forEach(ServerIdentity::release);
      }
    }
  }

  private Optional<ServerIdentity> identity(
      Certificate certificate, ServerIdentity.Settings settings) {
    return identities.stream().filter(identity -> identity.isOf(certificate, settings)).findFirst();
  }

  /** The ends of all certificates, in the order in which they were given. */
  public List<Expiry> expiries() {
    return identities.stream()
        .map(identity -> new Expiry(identity.name(), identity.dnsNames(), identity.expiry()))
        .toList();
  }

  /** Who vouches for clients; absent when they are not asked. */
  Optional<ClientAuthorities> clients() {
    return clients;
  }

  /** Whether the server name makes a difference. */
  boolean hasChoice() {
    return identities.size() > 1;
  }

  SslContext defaultContext() {
    return identities.getFirst().context();
  }

  /** The context for a server name in lower case; Netty passes null where a client sends none. */
  Mapping<String, SslContext> mapping() {
    return name -> name == null ? defaultContext() : context(name);
  }

  private SslContext context(String name) {
    SslContext exact = byName.get(name);
    if (exact != null) {
      return exact;
    }
    // RFC 9525 section 6.3: the asterisk stands for one label.
    int dot = name.indexOf('.');
    SslContext wildcard = dot < 0 ? null : byName.get("*" + name.substring(dot));
    return wildcard == null ? defaultContext() : wildcard;
  }

  @Override
  protected void deallocate() {
    identities.forEach(ServerIdentity::release);
  }

  @Override
  public ReferenceCounted touch(Object hint) {
    return this;
  }
}

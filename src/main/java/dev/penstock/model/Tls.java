package dev.penstock.model;

import java.util.List;
import java.util.Optional;

/**
 * How clients are met.
 *
 * @param mode {@code DISABLED}: plain HTTP behind another terminator
 * @param minVersion the oldest protocol accepted
 * @param certificates picked by SNI, the first is the default; may be empty only until the front
 *     door adds a self-signed one
 * @param clientCa who vouches for clients; absent: they are not asked for certificates
 */
public record Tls(
    Mode mode,
    Version minVersion,
    List<Certificate> certificates,
    Optional<ClientAuthority> clientCa) {

  /** Where TLS ends. */
  public enum Mode {
    TERMINATE,
    DISABLED
  }

  /** Protocol versions, oldest first. */
  public enum Version {
    TLS_1_2("TLSv1.2"),
    TLS_1_3("TLSv1.3");

    private final String protocol;

    Version(String protocol) {
      this.protocol = protocol;
    }

    /** The name that JDK and OpenSSL use, for example {@code TLSv1.3}. */
    public String protocol() {
      return protocol;
    }
  }

  /**
   * Whose signature makes the certificate of a client good.
   *
   * @param name of the Secret it is from, for messages
   * @param pem one or more certificates
   */
  public record ClientAuthority(String name, String pem) {

    public ClientAuthority {
      Check.that(!pem.isBlank(), "clientCa", "holds nothing");
    }

    /** One that is asked for and cannot be had: no proxy takes it, rather than let everybody in. */
    public static ClientAuthority missing(String name) {
      return new ClientAuthority(name, "missing");
    }
  }

  public Tls {
    certificates = List.copyOf(certificates);
  }

  /** Without certificates of clients. */
  public Tls(Mode mode, Version minVersion, List<Certificate> certificates) {
    this(mode, minVersion, certificates, Optional.empty());
  }

  public static Tls disabled() {
    return new Tls(Mode.DISABLED, Version.TLS_1_2, List.of());
  }

  /** The same with other certificates of the server. */
  public Tls withCertificates(List<Certificate> others) {
    return new Tls(mode, minVersion, others, clientCa);
  }

  /** The same with another authority of clients. */
  public Tls withClientCa(ClientAuthority other) {
    return new Tls(mode, minVersion, certificates, Optional.of(other));
  }

  /** The same for clients that have no certificate. */
  public Tls withoutClientCa() {
    return new Tls(mode, minVersion, certificates, Optional.empty());
  }
}

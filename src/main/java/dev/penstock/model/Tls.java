package dev.penstock.model;

import java.util.List;

/**
 * How clients are met.
 *
 * @param mode {@code DISABLED}: plain HTTP behind another terminator
 * @param minVersion the oldest protocol accepted
 * @param certificates picked by SNI, the first is the default; may be empty only until the front
 *     door adds a self-signed one
 */
public record Tls(Mode mode, Version minVersion, List<Certificate> certificates) {

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

  public Tls {
    certificates = List.copyOf(certificates);
  }

  public static Tls disabled() {
    return new Tls(Mode.DISABLED, Version.TLS_1_2, List.of());
  }
}

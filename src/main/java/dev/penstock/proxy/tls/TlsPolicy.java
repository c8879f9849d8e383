package dev.penstock.proxy.tls;

import dev.penstock.model.Tls;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import java.util.Arrays;
import java.util.List;

/** Which library, versions and cipher suites are spoken, on both sides. */
final class TlsPolicy {

  /** TLS 1.3's, then of TLS 1.2 those with forward secrecy and AEAD only (RFC 9325 section 4.2). */
  static final List<String> CIPHERS =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  private TlsPolicy() {}

  /** BoringSSL where its native library loads, else the JDK's own, which is slower. */
  static SslProvider provider() {
    return OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK;
  }

  /** The oldest accepted version and those after it. */
  static List<String> protocols(Tls.Version oldest) {
    return Arrays.stream(Tls.Version.values())
        .filter(version -> version.compareTo(oldest) >= 0)
        .map(Tls.Version::protocol)
        .toList();
  }
}

package dev.penstock.proxy.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.model.Tls;
import dev.penstock.testing.TestCertificates;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hellos that no library of today would send. */
class ClientHelloTest {

  private static final String HANDSHAKE_FAILURE = "28";
  private static final String PROTOCOL_VERSION = "46";

  @ParameterizedTest
  @CsvSource({
    "OPENSSL_REFCNT, 0301, " + PROTOCOL_VERSION,
    "OPENSSL_REFCNT, 0302, " + PROTOCOL_VERSION,
    "OPENSSL_REFCNT, 0303, " + HANDSHAKE_FAILURE,
    "JDK, 0301, " + PROTOCOL_VERSION,
    "JDK, 0302, " + PROTOCOL_VERSION,
    "JDK, 0303, " + HANDSHAKE_FAILURE
  })
  void refusesOldVersionsAndOldCiphers(SslProvider library, String version, String alert)
      throws Exception {
    var certificate = TestCertificates.named("a.example").rsa().issue().as("a");
    var settings = new Tls(Tls.Mode.TERMINATE, Tls.Version.TLS_1_2, List.of(certificate));
    ServerTls tls =
        ServerTls.compile(library, settings, List.of("http/1.1"), Instant.now(), Optional.empty());
    try (var running = new TlsSwitch(tls, Duration.ofSeconds(10));
        var server = new TlsServer(running)) {
      // Fatal, and nothing after it.
      assertEquals("02" + alert, alert(server.port(), hello(version)));
    }
  }

  /** TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA and TLS_RSA_WITH_AES_128_GCM_SHA256, with group P-256. */
  private static byte[] hello(String version) {
    String extensions = "000a00040002 0017" + "000b0002 0100" + "000d0006 0004 0401 0201";
    String body =
        version + "00".repeat(32) + "00" + "0004 c013 009c" + "0100" + sized(extensions, 4);
    return HexFormat.of().parseHex(("160301" + sized("01" + sized(body, 6), 4)).replace(" ", ""));
  }

  private static String sized(String hex, int digits) {
    String packed = hex.replace(" ", "");
    String size = Integer.toHexString(packed.length() / 2);
    return "0".repeat(digits - size.length()) + size + packed;
  }

  private static String alert(int port, byte[] hello) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(hello);
      byte[] answer = socket.getInputStream().readAllBytes();
      assertEquals(7, answer.length, () -> HexFormat.of().formatHex(answer));
      assertEquals(0x15, answer[0]);
      return HexFormat.of().formatHex(answer, 5, 7);
    }
  }
}

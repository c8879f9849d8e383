package dev.penstock.proxy.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.model.Tls;
import dev.penstock.testing.TestCertificates;
import dev.penstock.testing.TestCertificates.Issued;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What no client can talk the gateway into, with both libraries. */
class TlsHardeningTest {

  private static final Issued RSA = TestCertificates.named("first.example").rsa().issue();
  private static final Issued EC = TestCertificates.named("first.example").issue();

  private static final int TLS_1_2 = 0x0303;

  /** TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256. */
  private static final int GOOD_SUITE = 0xc02b;

  static Stream<SslProvider> libraries() {
    assertTrue(
        OpenSsl.isAvailable(), () -> "BoringSSL does not load: " + OpenSsl.unavailabilityCause());
    return Stream.of(SslProvider.OPENSSL_REFCNT, SslProvider.JDK);
  }

  private static ServerTls compile(SslProvider library, Issued certificate) throws TlsProblem {
    var tls = new Tls(Tls.Mode.TERMINATE, Tls.Version.TLS_1_2, List.of(certificate.as("server")));
    return ServerTls.compile(library, tls, List.of("http/1.1"), Instant.now(), Optional.empty());
  }

  private static TlsSwitch running(SslProvider library, Issued certificate) throws TlsProblem {
    return new TlsSwitch(compile(library, certificate), Duration.ofSeconds(10));
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void ofTls12ThereAreOnlySuitesWithForwardSecrecyAndAuthenticatedEncryption(SslProvider library)
      throws Exception {
    for (Issued certificate : List.of(RSA, EC)) {
      try (var running = running(library, certificate);
          var server = new TlsServer(running)) {
        var taken = new TreeSet<String>();
        for (String suite : SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites()) {
          if (suite.contains("_WITH_") && takes(server, suite)) {
            taken.add(suite);
          }
        }
        String kind = certificate.equals(RSA) ? "RSA" : "ECDSA";
        assertEquals(
            Set.of(
                "TLS_ECDHE_" + kind + "_WITH_AES_128_GCM_SHA256",
                "TLS_ECDHE_" + kind + "_WITH_AES_256_GCM_SHA384",
                "TLS_ECDHE_" + kind + "_WITH_CHACHA20_POLY1305_SHA256"),
            taken);
      }
    }
  }

  private static boolean takes(TlsServer server, String suite) throws Exception {
    try (SSLSocket socket = new TlsClient().open(server.port())) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      socket.setEnabledCipherSuites(new String[] {suite});
      socket.startHandshake();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** RFC 5246 section 7.4.1.2, with the extensions that a client of elliptic curves sends. */
  private static byte[] hello(int version, byte[] compressions) {
    byte[] extensions = {
      0,
      10,
      0,
      4,
      0,
      2,
      0,
      23, // supported_groups: secp256r1
      0,
      11,
      0,
      2,
      1,
      0, // ec_point_formats: uncompressed
      0,
      13,
      0,
      4,
      0,
      2,
      4,
      3, // signature_algorithms: ecdsa_secp256r1_sha256
      (byte) 0xff,
      1,
      0,
      1,
      0 // renegotiation_info: empty
    };
    int length = 2 + 32 + 1 + 2 + 2 + 1 + compressions.length + 2 + extensions.length;
    var record = ByteBuffer.allocate(5 + 4 + length);
    record.put((byte) 22).putShort((short) 0x0301).putShort((short) (4 + length));
    record.put((byte) 1).put((byte) 0).putShort((short) length);
    record.putShort((short) version).put(new byte[32]).put((byte) 0);
    record.putShort((short) 2).putShort((short) GOOD_SUITE);
    record.put((byte) compressions.length).put(compressions);
    record.putShort((short) extensions.length).put(extensions);
    return record.array();
  }

  /** The record that answers a hello: its type, and the handshake message or alert in it. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Answer(int type, byte[] body) {

    boolean isAlert() {
      return type == 21;
    }
  }

  private static Answer answer(TlsServer server, byte[] hello) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(hello);
      InputStream in = socket.getInputStream();
      int type = in.read();
      byte[] head = in.readNBytes(4);
      return new Answer(type, in.readNBytes(ByteBuffer.wrap(head).getShort(2)));
    }
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void olderVersionsAreRefused(SslProvider library) throws Exception {
    try (var running = running(library, EC);
        var server = new TlsServer(running)) {
      for (int version : new int[] {0x0300, 0x0301, 0x0302}) {
        assertTrue(answer(server, hello(version, new byte[] {0})).isAlert(), "" + version);
      }
      assertEquals(22, answer(server, hello(TLS_1_2, new byte[] {0})).type());
    }
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void nothingIsCompressed(SslProvider library) throws Exception {
    try (var running = running(library, EC);
        var server = new TlsServer(running)) {
      // DEFLATE, RFC 3749, is preferred by this client.
      byte[] hello = answer(server, hello(TLS_1_2, new byte[] {1, 0})).body();
      int sessionId = hello[4 + 2 + 32];
      assertEquals(0, hello[4 + 2 + 32 + 1 + sessionId + 2], "the method of the ServerHello");
    }
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void clientsCannotRenegotiate(SslProvider library) throws Exception {
    try (var running = running(library, EC);
        var server = new TlsServer(running);
        SSLSocket socket = new TlsClient().connect(server.port(), "first.example", "TLSv1.2")) {
      assertEquals("x", TlsClient.echo(socket, "x"));
      assertThrows(
          IOException.class,
          () -> {
            socket.startHandshake();
            socket.getOutputStream().write("y".getBytes(US_ASCII));
            if (socket.getInputStream().read() < 0) {
              throw new IOException("closed");
            }
          });
    }
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void sessionsAreResumed(SslProvider library) throws Exception {
    try (var running = running(library, EC);
        var server = new TlsServer(running)) {
      for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
        var client = new TlsClient();
        for (int i = 0; i < 3; i++) {
          echo(client, server, protocol);
        }
        assertEquals(1, client.certificatesShown.get(), protocol);
      }
    }
  }

  private static void echo(TlsClient client, TlsServer server, String protocol) throws IOException {
    try (SSLSocket socket = client.connect(server.port(), "first.example", protocol)) {
      assertEquals("x", TlsClient.echo(socket, "x"));
    }
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void theKeysOfTicketsAreMadeAnewWithEachCertificateAndEachProcess(SslProvider library)
      throws Exception {
    try (var running = running(library, EC);
        var server = new TlsServer(running)) {
      for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
        var client = new TlsClient();
        echo(client, server, protocol);
        running.replace(compile(library, EC)); // as another process would
        echo(client, server, protocol);
        assertEquals(2, client.certificatesShown.get(), protocol);
      }
    }
  }
}

package dev.penstock.proxy.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.model.Certificate;
import dev.penstock.model.Cidr;
import dev.penstock.model.ClientIp.ProxyProtocol;
import dev.penstock.model.Tls;
import dev.penstock.proxy.client.PeerHandler;
import dev.penstock.proxy.client.TrustedProxies;
import dev.penstock.testing.TestCertificates;
import dev.penstock.testing.TestCertificates.Issued;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real handshakes of the JDK's client with both libraries. */
class ServerTlsTest {

  private static final Issued FIRST = TestCertificates.named("first.example").rsa().issue();
  private static final Issued SECOND =
      TestCertificates.named("second.example", "*.wild.example").issue();
  private static final Issued THIRD =
      TestCertificates.named("exact.wild.example").commonName("common.example").issue();

  private final Deque<AutoCloseable> resources = new ArrayDeque<>();
  private final TlsClient client = new TlsClient();

  static Stream<SslProvider> libraries() {
    assertTrue(
        OpenSsl.isAvailable(), () -> "BoringSSL does not load: " + OpenSsl.unavailabilityCause());
    return Stream.of(SslProvider.OPENSSL_REFCNT, SslProvider.JDK);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : resources) {
      resource.close();
    }
  }

  private <T extends AutoCloseable> T open(T resource) {
    resources.push(resource);
    return resource;
  }

  private static Tls tls(Tls.Version version, Issued... certificates) {
    List<Certificate> list =
        Stream.of(certificates).map(c -> c.as(c.certificate().getSerialNumber() + "")).toList();
    return new Tls(Tls.Mode.TERMINATE, version, list);
  }

  private static ServerTls compile(SslProvider library, Tls tls) throws TlsProblem {
    return ServerTls.compile(library, tls, List.of("http/1.1"), Instant.now(), Optional.empty());
  }

  private TlsSwitch running(SslProvider library, Issued... certificates) throws TlsProblem {
    return running(compile(library, tls(Tls.Version.TLS_1_2, certificates)));
  }

  private TlsSwitch running(ServerTls tls) {
    return open(new TlsSwitch(tls, Duration.ofSeconds(10)));
  }

  private TlsServer serve(TlsSwitch tls) {
    return open(new TlsServer(tls));
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void picksTheCertificateByServerName(SslProvider library) throws Exception {
    TlsServer server = serve(running(library, FIRST, SECOND, THIRD));
    assertEquals(FIRST, shown(server, "first.example"));
    assertEquals(SECOND, shown(server, "second.example"));
    assertEquals(SECOND, shown(server, "SECOND.example"));
    assertEquals(SECOND, shown(server, "a.wild.example"));
    assertEquals(THIRD, shown(server, "exact.wild.example"));
    assertEquals(FIRST, shown(server, "b.a.wild.example"), "a wildcard stands for one label");
    assertEquals(FIRST, shown(server, "wild.example"));
    assertEquals(FIRST, shown(server, "common.example"), "a common name is not a name");
    assertEquals(FIRST, shown(server, "unknown.example"));
    assertEquals(FIRST, shown(server, ""));
  }

  private Issued shown(TlsServer server, String name) throws IOException {
    try (SSLSocket socket = new TlsClient().connect(server.port(), name)) {
      assertEquals("x", TlsClient.echo(socket, "x"));
      var certificate = TlsClient.certificate(socket);
      return Stream.of(FIRST, SECOND, THIRD)
          .filter(c -> c.certificate().equals(certificate))
          .findFirst()
          .orElseThrow();
    }
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void speaksTls12And13AndTheApplicationProtocol(SslProvider library) throws Exception {
    TlsServer server = serve(running(library, FIRST));
    for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
      try (SSLSocket socket = client.connect(server.port(), "first.example", protocol)) {
        assertEquals("hello", TlsClient.echo(socket, "hello"));
        assertEquals(protocol, socket.getSession().getProtocol());
        assertEquals("http/1.1", socket.getApplicationProtocol());
        assertTrue(TlsPolicy.CIPHERS.contains(socket.getSession().getCipherSuite()));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void refusesWhatIsOlderThanTheOldestVersion(SslProvider library) throws Exception {
    TlsServer server = serve(running(compile(library, tls(Tls.Version.TLS_1_3, FIRST))));
    assertThrows(
        IOException.class, () -> client.connect(server.port(), "first.example", "TLSv1.2"));
    assertTrue(!server.handshakes.take().isSuccess());
    try (SSLSocket socket = client.connect(server.port(), "first.example")) {
      assertEquals("TLSv1.3", socket.getSession().getProtocol());
    }
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void resumesSessionsAlsoAfterAChangeThatKeepsTheCertificate(SslProvider library)
      throws Exception {
    for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
      Tls tls = tls(Tls.Version.TLS_1_2, FIRST);
      TlsSwitch running = running(compile(library, tls));
      TlsServer server = serve(running);
      var fresh = new TlsClient();
      echoOnce(fresh, server, protocol);
      echoOnce(fresh, server, protocol);
      assertEquals(1, fresh.certificatesShown.get(), protocol);
      running.replace(recompile(library, tls(Tls.Version.TLS_1_2, FIRST, SECOND), running));
      echoOnce(fresh, server, protocol);
      assertEquals(1, fresh.certificatesShown.get(), protocol);
    }
  }

  private static ServerTls recompile(SslProvider library, Tls tls, TlsSwitch running)
      throws TlsProblem {
    return ServerTls.compile(
        library, tls, List.of("http/1.1"), Instant.now(), Optional.of(running.current()));
  }

  private static void echoOnce(TlsClient client, TlsServer server, String protocol)
      throws IOException {
    try (SSLSocket socket = client.connect(server.port(), "first.example", protocol)) {
      assertEquals("x", TlsClient.echo(socket, "x"));
    }
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void replacesCertificatesWithoutDroppingAConnection(SslProvider library) throws Exception {
    ServerTls old = compile(library, tls(Tls.Version.TLS_1_2, FIRST));
    TlsSwitch running = running(old);
    TlsServer server = serve(running);
    SSLSocket before = open(client.connect(server.port(), "first.example"));
    assertEquals("a", TlsClient.echo(before, "a"));

    running.replace(compile(library, tls(Tls.Version.TLS_1_2, SECOND)));

    assertEquals(SECOND, shown(server, "first.example"));
    server.nextClosed();
    assertEquals("b", TlsClient.echo(before, "b"));
    assertEquals(FIRST.certificate(), TlsClient.certificate(before));
    assertEquals(1, old.refCnt(), "its connection keeps it");
    before.close();
    server.nextClosed().eventLoop().submit(() -> {}).sync();
    assertEquals(0, old.refCnt(), "nobody needs it any more");
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void freesEverythingWithTheLastConnection(SslProvider library) throws Exception {
    ServerTls tls = compile(library, tls(Tls.Version.TLS_1_2, FIRST, SECOND));
    var running = new TlsSwitch(tls, Duration.ofSeconds(10));
    TlsServer server = serve(running);
    SSLSocket socket = open(client.connect(server.port(), "second.example"));
    running.close();
    assertEquals("x", TlsClient.echo(socket, "x"));
    assertEquals(1, tls.refCnt());
    socket.close();
    server.nextClosed().eventLoop().submit(() -> {}).sync();
    assertEquals(0, tls.refCnt());
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void survivesChangesInTheMidstOfHandshakes(SslProvider library) throws Exception {
    TlsSwitch running = running(library, FIRST, SECOND);
    TlsServer server = serve(running);
    Thread changes =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    for (int i = 0; i < 15; i++) {
                      running.replace(
                          compile(library, tls(Tls.Version.TLS_1_2, i % 2 == 0 ? SECOND : FIRST)));
                    }
                  } catch (TlsProblem e) {
                    throw new IllegalStateException(e);
                  }
                });
    for (int i = 0; i < 15; i++) {
      try (SSLSocket socket = new TlsClient().connect(server.port(), "first.example")) {
        assertEquals("x", TlsClient.echo(socket, "x"));
      }
    }
    changes.join();
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void saysGoodbye(SslProvider library) throws Exception {
    TlsServer server = serve(running(library, FIRST));
    SSLSocket socket = open(client.connect(server.port(), "first.example"));
    assertEquals("x", TlsClient.echo(socket, "x"));
    socket.shutdownOutput();
    // A connection that ends without close_notify would be an SSLException here.
    assertEquals(-1, socket.getInputStream().read());
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void closesAConnectionThatTakesTooLongToShakeHands(SslProvider library) throws Exception {
    for (Issued[] certificates : List.of(new Issued[] {FIRST}, new Issued[] {FIRST, SECOND})) {
      ServerTls tls = compile(library, tls(Tls.Version.TLS_1_2, certificates));
      TlsServer server = serve(open(new TlsSwitch(tls, Duration.ofMillis(200))));
      try (var silent = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
        silent.setSoTimeout(20_000);
        assertEquals(-1, silent.getInputStream().read());
        assertNotNull(server.closed.poll(20, TimeUnit.SECONDS));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void followsAProxyHeader(SslProvider library) throws Exception {
    var trusted = new TrustedProxies(List.of(Cidr.parse("127.0.0.0/8")));
    for (Issued[] certificates : List.of(new Issued[] {FIRST}, new Issued[] {FIRST, SECOND})) {
      var server =
          open(
              new TlsServer(
                  running(library, certificates),
                  () -> new PeerHandler(ProxyProtocol.REQUIRED, trusted, Duration.ofSeconds(5))));
      var plain = new Socket(InetAddress.getLoopbackAddress(), server.port());
      plain
          .getOutputStream()
          .write("PROXY TCP4 198.51.100.1 192.0.2.7 4096 443\r\n".getBytes(US_ASCII));
      try (SSLSocket socket = new TlsClient().secure(plain, "first.example")) {
        assertEquals("x", TlsClient.echo(socket, "x"));
      }
      assertEquals("198.51.100.1", PeerHandler.peer(server.nextClosed()).toString());
    }
  }

  @Test
  void keepsARunningCertificateThatHasExpiredThroughOtherChanges() throws Exception {
    Issued old = TestCertificates.named("first.example").issue();
    Instant later = old.certificate().getNotAfter().toInstant().plusSeconds(1);
    Tls tls = tls(Tls.Version.TLS_1_2, old);
    TlsSwitch running = running(compile(SslProvider.OPENSSL_REFCNT, tls));
    Issued fresh =
        TestCertificates.named("x.example")
            .valid(later.minusSeconds(9), later.plusSeconds(9))
            .issue();
    ServerTls next =
        ServerTls.compile(
            tls(Tls.Version.TLS_1_2, old, fresh),
            List.of("http/1.1"),
            later,
            Optional.of(running.current()));
    running.replace(next);
    assertEquals(
        List.of(old.certificate().getNotAfter().toInstant(), later.plusSeconds(9)),
        next.expiries().stream().map(ServerTls.Expiry::at).toList());
  }

  @Test
  void needsACertificate() {
    assertThrows(
        IllegalArgumentException.class, () -> compile(SslProvider.JDK, tls(Tls.Version.TLS_1_2)));
  }
}

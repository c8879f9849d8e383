package dev.penstock.proxy.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.model.Tls;
import dev.penstock.testing.Await;
import dev.penstock.testing.TestCertificates;
import dev.penstock.testing.TestCertificates.Issued;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Certificates of clients, with both libraries; what a resumed session may not skip. */
class ClientAuthorityTest {

  private static final Issued SERVER = TestCertificates.named("first.example").issue();
  private static final Issued AUTHORITY = TestCertificates.newAuthority();
  private static final Issued OTHER = TestCertificates.newAuthority();

  static Stream<SslProvider> libraries() {
    assertTrue(
        OpenSsl.isAvailable(), () -> "BoringSSL does not load: " + OpenSsl.unavailabilityCause());
    return Stream.of(SslProvider.OPENSSL_REFCNT, SslProvider.JDK);
  }

  private static TlsSwitch running(SslProvider library, Issued authority) throws TlsProblem {
    return new TlsSwitch(compile(library, authority, Optional.empty()), Duration.ofSeconds(10));
  }

  private static ServerTls compile(
      SslProvider library, Issued authority, Optional<ServerTls> before) throws TlsProblem {
    var tls =
        new Tls(
            Tls.Mode.TERMINATE,
            Tls.Version.TLS_1_2,
            List.of(SERVER.as("server")),
            Optional.of(new Tls.ClientAuthority("ca", authority.chainPem())));
    return ServerTls.compile(library, tls, List.of("http/1.1"), Instant.now(), before);
  }

  private static void echo(TlsClient client, TlsServer server, String protocol) throws IOException {
    try (SSLSocket socket = client.connect(server.port(), "first.example", protocol)) {
      String answer = TlsClient.echo(socket, "x");
      if (!answer.equals("x")) {
        throw new IOException("closed");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void aSessionIsResumedAsLongAsItsCertificateIsGood(SslProvider library) throws Exception {
    Issued client =
        TestCertificates.named()
            .issuedBy(AUTHORITY)
            .valid(Instant.now().minusSeconds(60), Instant.now().plusSeconds(4))
            .issue();
    try (var running = running(library, AUTHORITY);
        var server = new TlsServer(running)) {
      for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
        var resuming = new TlsClient(client);
        echo(resuming, server, protocol);
        echo(resuming, server, protocol);
        assertEquals(1, resuming.certificatesShown.get(), protocol);
      }
      var late = new TlsClient(client);
      echo(late, server, "TLSv1.3");
      Instant end = client.certificate().getNotAfter().toInstant();
      Await.until("the certificate ends", () -> Instant.now().isAfter(end));
      assertThrows(IOException.class, () -> echo(late, server, "TLSv1.3"));
    }
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void aSessionOfAnAuthorityThatIsNoMoreIsNotResumed(SslProvider library) throws Exception {
    Issued client = TestCertificates.named().issuedBy(AUTHORITY).issue();
    try (var running = running(library, AUTHORITY);
        var server = new TlsServer(running)) {
      for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
        var resuming = new TlsClient(client);
        echo(resuming, server, protocol);
        running.replace(compile(library, OTHER, Optional.of(running.current())));
        assertThrows(IOException.class, () -> echo(resuming, server, protocol), protocol);
        running.replace(compile(library, AUTHORITY, Optional.of(running.current())));
      }
    }
  }
}

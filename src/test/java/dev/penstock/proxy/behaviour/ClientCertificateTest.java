package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.proxy.ConfigRefusedException;
import dev.penstock.testing.Await;
import dev.penstock.testing.TestCertificates;
import dev.penstock.testing.TestCertificates.Issued;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** {@code tls.clientCARef}: who has no certificate of that authority is not served. */
class ClientCertificateTest {

  private static final Issued AUTHORITY = TestCertificates.newAuthority();
  private static final Issued OTHER = TestCertificates.newAuthority();
  private static final Issued CLIENT = TestCertificates.named().issuedBy(AUTHORITY).issue();
  private static final Issued STRANGER = TestCertificates.named().issuedBy(OTHER).issue();
  private static final Issued EXPIRED =
      TestCertificates.named()
          .issuedBy(AUTHORITY)
          .valid(Instant.parse("2001-01-01T00:00:00Z"), Instant.parse("2001-02-01T00:00:00Z"))
          .issue();

  private static final String REJECTED =
      "penstock_connections_rejected_total{reason=\"tls_handshake\"}";
  private static final String GET = "GET /s HTTP/1.1\r\nHost: localhost\r\n\r\n";

  private static String manifests(int backend, String authority) {
    String ca = Base64.getEncoder().encodeToString(authority.getBytes(StandardCharsets.US_ASCII));
    return """
        apiVersion: penstock.dev/v1alpha1
        kind: AIGateway
        metadata: {name: default, namespace: ai}
        spec: {tls: {clientCARef: {name: clients}}}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: clients, namespace: ai}
        data: {ca.crt: %s}
        ---
        apiVersion: penstock.dev/v1alpha1
        kind: AIService
        metadata: {name: s, namespace: ai}
        spec: {path: /s, backend: {url: "http://127.0.0.1:%d"}}
        """
        .formatted(ca, backend);
  }

  private static RunningGateway gateway(RawBackend backend) {
    return RunningGateway.serving(manifests(backend.port(), AUTHORITY.chainPem()));
  }

  private static String get(SSLContext client, RunningGateway gateway) throws IOException {
    try (var connection = new RawClient(Tls.connect(client, gateway.httpsPort()))) {
      return connection.send(GET).read().text();
    }
  }

  /** With TLS 1.3 the client learns of it only when it reads (RFC 8446 section 4.4.2.4). */
  private static void refused(
      @Nullable Issued identity, RunningGateway gateway, RawBackend backend, String... protocols) {
    long before = backend.connections();
    double counted = gateway.metric(REJECTED);
    assertThrows(
        IOException.class,
        () -> {
          SSLContext client = Tls.client(identity);
          try (SSLSocket socket =
              (SSLSocket)
                  client.getSocketFactory().createSocket("127.0.0.1", gateway.httpsPort())) {
            socket.setSoTimeout(10_000);
            socket.setEnabledProtocols(protocols);
            socket.startHandshake();
            socket.getOutputStream().write(GET.getBytes(StandardCharsets.US_ASCII));
            if (socket.getInputStream().read() < 0) {
              throw new IOException("closed");
            }
          }
        });
    assertEquals(before, backend.connections());
    Await.until("it is counted", () -> gateway.metric(REJECTED) > counted);
    assertEquals(counted + 1, gateway.metric(REJECTED));
  }

  @Test
  void a_client_with_a_certificate_of_the_authority_is_served() throws Exception {
    try (var backend = RawBackend.ok("hello");
        var gateway = gateway(backend)) {
      assertEquals("hello", get(Tls.client(CLIENT), gateway));
      try (var client = new Http2Client(Tls.client(CLIENT), gateway.httpsPort())) {
        assertEquals(200, client.get(1, "/s").answer(1).status());
      }
      assertFalse(backend.received().toLowerCase(Locale.ROOT).contains("cert"));
    }
  }

  @Test
  void no_certificate_another_authority_or_an_expired_one_ends_the_handshake() {
    try (var backend = RawBackend.ok("hello");
        var gateway = gateway(backend)) {
      for (String protocol : new String[] {"TLSv1.2", "TLSv1.3"}) {
        refused(null, gateway, backend, protocol);
        refused(STRANGER, gateway, backend, protocol);
        refused(EXPIRED, gateway, backend, protocol);
      }
    }
  }

  @Test
  void http2_is_no_way_around_it() throws Exception {
    try (var backend = RawBackend.ok("hello");
        var gateway = gateway(backend)) {
      // Where the handshake itself fails is up to the version; nothing may be answered.
      assertThrows(
          Throwable.class,
          () -> {
            try (var client = new Http2Client(gateway.httpsPort())) {
              client.get(1, "/s").answer(1);
            }
          });
      assertEquals(0, backend.connections());
    }
  }

  @Test
  void a_changed_authority_holds_for_new_connections_and_drops_none() throws Exception {
    try (var backend = RawBackend.ok("hello");
        var gateway = gateway(backend)) {
      SSLContext old = Tls.client(CLIENT);
      try (var before = new RawClient(Tls.connect(old, gateway.httpsPort()))) {
        assertEquals("hello", before.send(GET).read().text());
        gateway.apply(manifests(backend.port(), OTHER.chainPem()));
        assertEquals("hello", before.send(GET).read().text());
        assertEquals("hello", get(Tls.client(STRANGER), gateway));
        refused(CLIENT, gateway, backend, "TLSv1.3");
        // Nor by the session that it had with the authority of before.
        assertThrows(Throwable.class, () -> get(old, gateway));
        assertEquals("hello", before.send(GET).read().text());
      }
    }
  }

  @Test
  void an_authority_that_comes_later_asks_also_those_who_were_here_without() throws Exception {
    try (var backend = RawBackend.ok("hello");
        var gateway =
            RunningGateway.serving(
                manifests(backend.port(), AUTHORITY.chainPem())
                    .replace("clientCARef: {name: clients}", "mode: Terminate"))) {
      SSLContext nobody = Tls.client(null);
      assertEquals("hello", get(nobody, gateway));
      gateway.apply(manifests(backend.port(), AUTHORITY.chainPem()));
      assertThrows(Throwable.class, () -> get(nobody, gateway));
      assertEquals("hello", get(Tls.client(CLIENT), gateway));
    }
  }

  @Test
  void an_authority_that_cannot_be_read_is_refused_and_the_old_one_kept() throws Exception {
    try (var backend = RawBackend.ok("hello");
        var gateway = gateway(backend)) {
      var running = gateway.server().current();
      var broken =
          new dev.penstock.model.Tls(
              running.tls().mode(),
              running.tls().minVersion(),
              running.tls().certificates(),
              Optional.of(new dev.penstock.model.Tls.ClientAuthority("ai/clients", "garbage")));
      var refusal =
          assertThrows(
              ConfigRefusedException.class, () -> gateway.server().apply(running.withTls(broken)));
      assertTrue(
          refusal.problems().getFirst().contains("ai/clients: holds no certificate in PEM"),
          refusal.problems()::toString);
      assertEquals("hello", get(Tls.client(CLIENT), gateway));
      refused(null, gateway, backend, "TLSv1.3");
    }
  }

  @Test
  void plain_text_is_still_sent_to_https() {
    try (var backend = RawBackend.ok("hello");
        var gateway = gateway(backend);
        var client = new RawClient(gateway.httpPort())) {
      assertEquals(308, client.send(GET).read().status());
    }
  }
}

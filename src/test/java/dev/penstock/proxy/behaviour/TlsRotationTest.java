package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.model.Certificate;
import dev.penstock.model.GatewayConfig;
import dev.penstock.proxy.ConfigRefusedException;
import dev.penstock.testing.TestCertificates;
import dev.penstock.testing.TestCertificates.Issued;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/** Another certificate under way: what is good is taken, what is not leaves the old one. */
class TlsRotationTest {

  private static final Issued FIRST = TestCertificates.named("localhost").issue();
  private static final Issued NEXT = TestCertificates.named("localhost").issue();
  private static final Issued OVER =
      TestCertificates.named("localhost")
          .valid(Instant.parse("2001-01-01T00:00:00Z"), Instant.parse("2001-02-01T00:00:00Z"))
          .issue();

  private static final String GET = "GET /s HTTP/1.1\r\nHost: localhost\r\n\r\n";

  private static RunningGateway gateway(RawBackend backend) throws ConfigRefusedException {
    var gateway =
        RunningGateway.serving(
            """
            apiVersion: penstock.dev/v1alpha1
            kind: AIGateway
            metadata: {name: default, namespace: ai}
            spec: {tls: {mode: Terminate}}
            ---
            apiVersion: penstock.dev/v1alpha1
            kind: AIService
            metadata: {name: s, namespace: ai}
            spec: {path: /s, backend: {url: "http://127.0.0.1:%d"}}
            """
                .formatted(backend.port()));
    serve(gateway, FIRST.as("ai/tls"));
    return gateway;
  }

  private static void serve(RunningGateway gateway, Certificate certificate)
      throws ConfigRefusedException {
    GatewayConfig running = gateway.server().current();
    gateway.server().apply(running.withTls(running.tls().withCertificates(List.of(certificate))));
  }

  private static java.security.cert.Certificate shown(RunningGateway gateway)
      throws SSLPeerUnverifiedException {
    try (var client = new RawClient(Tls.connect(gateway.httpsPort()))) {
      return ((SSLSocket) client.socket()).getSession().getPeerCertificates()[0];
    }
  }

  @Test
  void a_new_certificate_is_shown_to_new_connections_and_open_ones_stay() throws Exception {
    try (var backend = RawBackend.ok("hello");
        var gateway = gateway(backend);
        var before = new RawClient(Tls.connect(gateway.httpsPort()))) {
      assertEquals(FIRST.certificate(), shown(gateway));
      serve(gateway, NEXT.as("ai/tls"));
      assertEquals(NEXT.certificate(), shown(gateway));
      assertEquals("hello", before.send(GET).read().text());
    }
  }

  @Test
  void a_key_of_another_certificate_or_one_that_is_over_leaves_the_old_one() throws Exception {
    try (var backend = RawBackend.ok("hello");
        var gateway = gateway(backend)) {
      var mixed = new Certificate("ai/tls", NEXT.chainPem(), FIRST.as("x").keyPem());
      for (Certificate bad : List.of(mixed, OVER.as("ai/tls"))) {
        var refusal = assertThrows(ConfigRefusedException.class, () -> serve(gateway, bad));
        assertTrue(refusal.problems().getFirst().startsWith("certificate ai/tls: "));
        assertEquals(FIRST.certificate(), shown(gateway));
      }
    }
  }
}

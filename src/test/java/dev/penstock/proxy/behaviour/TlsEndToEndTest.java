package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.testing.Await;
import dev.penstock.testing.TestCertificates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

class TlsEndToEndTest {

  private static final String MANIFESTS =
      """
      apiVersion: penstock.dev/v1alpha1
      kind: AIGateway
      metadata: {name: default, namespace: ai}
      spec: {tls: {mode: Terminate}}
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: s, namespace: ai}
      spec: {path: /s, backend: {url: "http://127.0.0.1:%d"}, timeouts: {idle: 200ms}}
      """;

  private static final String GET = "GET /s/a?b HTTP/1.1\r\nHost: localhost\r\n\r\n";

  @Test
  void plain_text_is_redirected_to_the_port_of_tls() {
    try (var backend = RawBackend.ok("x");
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port()));
        var client = new RawClient(gateway.httpPort())) {
      RawResponse response = client.send(GET).read();
      assertEquals(308, response.status());
      assertEquals(
          "https://localhost:" + gateway.httpsPort() + "/s/a?b",
          response.header("location").orElseThrow());
      assertEquals("308 https_redirect", gateway.awaitLogged(1).outcome());
      assertEquals(response.body().length(), gateway.awaitLogged(1).responseBytes());
      assertEquals(0, backend.connections());
    }
  }

  @Test
  void the_backend_is_told_of_https_and_the_connection_ends_with_close_notify() {
    try (var backend = RawBackend.ok("hello");
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port()));
        var client = new RawClient(Tls.connect(gateway.httpsPort()))) {
      assertEquals("hello", client.send(GET).read().text());
      assertTrue(backend.received().contains("X-Forwarded-Proto: https\r\n"));
      client.send("GET /s/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").read();
      // The JDK's client throws when the end comes without close_notify.
      assertEquals("", client.readBytes(1));
    }
  }

  @Test
  void a_stream_until_the_end_of_the_connection_that_stalls_has_no_close_notify() {
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readRequest();
                  connection.send("HTTP/1.1 200 OK\r\n\r\nabc");
                  connection.awaitEnd();
                });
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port()));
        var client = new RawClient(Tls.connect(gateway.httpsPort()))) {
      client.send("GET /s/ HTTP/1.0\r\nHost: localhost\r\n\r\n").readUntil("\r\n\r\nabc");
      assertThrows(IOException.class, () -> client.socket().getInputStream().read());
    }
  }

  @Test
  void without_tls_plain_text_is_served_and_https_is_not_listened_for() {
    String manifests = MANIFESTS.replace("Terminate", "Disabled");
    try (var backend = RawBackend.ok("hello");
        var gateway = RunningGateway.serving(manifests.formatted(backend.port()));
        var client = new RawClient(gateway.httpPort())) {
      assertEquals("hello", client.send(GET).read().text());
      assertTrue(backend.received().contains("X-Forwarded-Proto: http\r\n"));
      assertTrue(gateway.server().httpsAddress().isEmpty());
    }
  }

  private static String secure(int port, TestCertificates.Issued authority, String connect) {
    String ca =
        Base64.getEncoder()
            .encodeToString(authority.chainPem().getBytes(StandardCharsets.US_ASCII));
    return """
        apiVersion: penstock.dev/v1alpha1
        kind: AIGateway
        metadata: {name: default, namespace: ai}
        spec: {tls: {mode: Disabled}}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: backend-ca, namespace: ai}
        data: {ca.crt: %s}
        ---
        apiVersion: penstock.dev/v1alpha1
        kind: AIService
        metadata: {name: s, namespace: ai}
        spec:
          path: /s
          backend: {url: "https://127.0.0.1:%d", tls: {caRef: {name: backend-ca}}}
          timeouts: {connect: %s}
        """
        .formatted(ca, port, connect);
  }

  private static RawBackend secureBackend(
      TestCertificates.Issued identity, String answer, boolean notify) {
    return new RawBackend(
        connection -> {
          SSLSocket tls = Tls.serve(connection.socket(), identity);
          var in = tls.getInputStream();
          var head = new StringBuilder();
          while (true) {
            int b = in.read();
            if (b < 0) {
              return;
            }
            head.append((char) b);
            if (head.indexOf("\r\n\r\n") > 0) {
              head.setLength(0);
              tls.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
              tls.getOutputStream().flush();
              if (!answer.contains("Content-Length")) {
                if (notify) {
                  tls.close();
                } else {
                  connection.socket().close();
                }
                return;
              }
            }
          }
        });
  }

  @Test
  void a_backend_with_tls_is_spoken_to_over_kept_connections() {
    var authority = TestCertificates.newAuthority();
    var identity = TestCertificates.named("127.0.0.1").issuedBy(authority).issue();
    try (var backend =
            secureBackend(identity, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", true);
        var gateway = RunningGateway.serving(secure(backend.port(), authority, "10s"));
        var client = new RawClient(gateway.httpPort())) {
      for (int i = 0; i < 3; i++) {
        assertEquals("ok", client.send(GET).read().text());
      }
      assertEquals(1, backend.connections());
    }
  }

  @Test
  void a_backend_that_another_authority_vouches_for_is_a_502() {
    var identity =
        TestCertificates.named("127.0.0.1").issuedBy(TestCertificates.newAuthority()).issue();
    try (var backend =
            secureBackend(identity, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", true);
        var gateway =
            RunningGateway.serving(secure(backend.port(), TestCertificates.newAuthority(), "10s"));
        var client = new RawClient(gateway.httpPort())) {
      assertEquals(502, client.send(GET).read().status());
      assertEquals("502 upstream_unreachable", gateway.awaitLogged(1).outcome());
    }
  }

  @Test
  void a_backend_that_does_not_shake_hands_in_time_is_a_504() {
    try (var backend = new RawBackend(connection -> connection.awaitEnd());
        var gateway =
            RunningGateway.serving(
                secure(backend.port(), TestCertificates.newAuthority(), "300ms"));
        var client = new RawClient(gateway.httpPort())) {
      assertEquals(504, client.send(GET).read().status());
      assertEquals("504 upstream_connect_timeout", gateway.awaitLogged(1).outcome());
      Await.until("the backend is let go", () -> backend.working() == 0);
    }
  }

  @Test
  void a_body_until_the_end_of_the_connection_is_whole_only_with_close_notify() {
    var authority = TestCertificates.newAuthority();
    var identity = TestCertificates.named("127.0.0.1").issuedBy(authority).issue();
    for (boolean notify : new boolean[] {true, false}) {
      try (var backend = secureBackend(identity, "HTTP/1.1 200 OK\r\n\r\nabc", notify);
          var gateway = RunningGateway.serving(secure(backend.port(), authority, "10s"));
          var client = new RawClient(gateway.httpPort())) {
        RawResponse response = client.send(GET).read();
        assertEquals("abc", response.text());
        assertEquals(notify, response.complete());
        assertEquals(
            notify ? "200 none" : "200 upstream_truncated", gateway.awaitLogged(1).outcome());
      }
    }
  }
}

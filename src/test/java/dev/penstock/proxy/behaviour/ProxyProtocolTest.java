package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A balancer's PROXY header names the client before the first byte of HTTP or TLS. */
class ProxyProtocolTest {

  private static final String PLAIN =
      """
      apiVersion: penstock.dev/v1alpha1
      kind: AIGateway
      metadata: {name: default, namespace: ai}
      spec:
        tls: {mode: Disabled}
        clientIP: {trustedProxies: [127.0.0.1], proxyProtocol: Required}
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: llm, namespace: ai}
      spec:
        path: /llm
        backend: {url: "http://127.0.0.1:%d"}
        rateLimit: {rate: 1r/h, burst: 1}
      """;

  private static final String OPTIONAL = PLAIN.replace("Required", "Optional");
  private static final String TLS = PLAIN.replace("Disabled", "Terminate");
  private static final String GET = "GET /llm/x HTTP/1.1\r\nHost: h\r\n\r\n";
  private static final String V1 = "PROXY TCP4 192.0.2.7 192.0.2.1 4711 443\r\n";

  private static byte[] v2(String source) throws IOException {
    byte[] address = InetAddress.getByName(source).getAddress();
    var out = new ByteArrayOutputStream();
    out.write("\r\n\r\n\0\r\nQUIT\n".getBytes(StandardCharsets.ISO_8859_1));
    out.write(0x21);
    out.write(address.length == 4 ? 0x11 : 0x21);
    out.write(0);
    out.write(2 * address.length + 4);
    out.write(address);
    out.write(address);
    out.write(new byte[] {1, 2, 3, 4});
    return out.toByteArray();
  }

  @Test
  void aHeaderOfTheFirstVersionNamesTheClient() {
    try (var backend = RawBackend.ok("hello");
        var gateway = RunningGateway.serving(PLAIN.formatted(backend.port()));
        var client = new RawClient(gateway.httpPort())) {
      assertEquals(200, client.send(V1 + GET + GET).read().status());
      assertEquals(200, client.read().status());
      String forwarded = backend.received();
      assertEquals(3, forwarded.split("\r\nX-Forwarded-For: 192.0.2.7\r\n", -1).length, forwarded);
      assertFalse(forwarded.contains("PROXY"), forwarded);
      assertTrue(gateway.closeAndReadLog().contains("\"client\":\"192.0.2.7\""));
    }
  }

  @Test
  void aHeaderOfTheSecondVersionNamesTheClientInPiecesToo() throws IOException {
    try (var backend = RawBackend.ok("hello");
        var gateway = RunningGateway.serving(PLAIN.formatted(backend.port()));
        var client = new RawClient(gateway.httpPort())) {
      for (byte b : v2("2001:db8::7")) {
        client.send(new byte[] {b});
      }
      assertEquals(200, client.send(GET).read().status());
      assertTrue(backend.received().contains("\r\nX-Forwarded-For: 2001:db8::7\r\n"));
    }
  }

  @Test
  void theClientThatIsNamedHasTheBucket() throws IOException {
    try (var backend = RawBackend.ok("hello");
        var gateway = RunningGateway.serving(PLAIN.formatted(backend.port()))) {
      assertEquals(200, status(gateway, v2("192.0.2.7"), GET));
      assertEquals(200, status(gateway, v2("::ffff:192.0.2.7"), GET));
      assertEquals(429, status(gateway, V1.getBytes(StandardCharsets.US_ASCII), GET));
      assertEquals(200, status(gateway, v2("192.0.2.8"), GET));
    }
  }

  @Test
  void theClientThatIsNamedIsNotBelievedItself() throws IOException {
    try (var backend = RawBackend.ok("hello");
        var gateway = RunningGateway.serving(PLAIN.formatted(backend.port()))) {
      String forged = GET.replace("\r\n\r\n", "\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n");
      assertEquals(200, status(gateway, v2("192.0.2.7"), forged));
      assertTrue(backend.received().contains("\r\nX-Forwarded-For: 192.0.2.7\r\n"));
      assertFalse(backend.received().contains("6.6.6.6"), backend.received());
    }
  }

  private static int status(RunningGateway gateway, byte[] header, String request) {
    try (var client = new RawClient(gateway.httpPort())) {
      return client.send(header).send(request).read().status();
    }
  }

  @Test
  void aHeaderStandsBeforeTls() throws IOException {
    try (var backend = RawBackend.ok("hello");
        var gateway = RunningGateway.serving(TLS.formatted(backend.port()));
        var plain = new Socket(InetAddress.getLoopbackAddress(), gateway.httpsPort())) {
      plain.getOutputStream().write(v2("192.0.2.7"));
      try (var client = new RawClient(secure(plain))) {
        assertEquals(200, client.send(GET).read().status());
        String forwarded = backend.received();
        assertTrue(forwarded.contains("\r\nX-Forwarded-For: 192.0.2.7\r\n"), forwarded);
        assertTrue(forwarded.contains("\r\nX-Forwarded-Proto: https\r\n"), forwarded);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        GET,
        "PROXY TCP4 192.0.2.7 192.0.2.1 4711\r\n" + GET,
        "PROXY TCP4 192.0.2.300 192.0.2.1 4711 443\r\n" + GET,
        "PROXY  TCP4 192.0.2.7 192.0.2.1 4711 443\r\n" + GET
      })
  void aConnectionWithoutASoundHeaderIsClosedWhereOneIsRequired(String bytes) {
    try (var backend = RawBackend.ok("hello");
        var gateway = RunningGateway.serving(PLAIN.formatted(backend.port()));
        var client = new RawClient(gateway.httpPort())) {
      assertTrue(client.send(bytes).endsWithin(Duration.ofSeconds(2)));
      assertEquals(0, backend.connections());
      assertEquals(
          1, gateway.metric("penstock_connections_rejected_total{reason=\"proxy_protocol\"}"));
    }
  }

  @Test
  void aStrangersHeaderIsNotBelieved() throws IOException {
    try (var backend = RawBackend.ok("hello");
        var gateway = RunningGateway.serving(OPTIONAL.formatted(backend.port()));
        var client = new RawClient(stranger(gateway))) {
      RawResponse response = client.send(V1 + GET).read();
      assertEquals(400, response.status());
      assertTrue(client.endsWithin(Duration.ofSeconds(2)));
      assertEquals(0, backend.connections());
    }
  }

  @Test
  void aStrangerIsClosedWhereAHeaderIsRequired() throws IOException {
    try (var backend = RawBackend.ok("hello");
        var gateway = RunningGateway.serving(PLAIN.formatted(backend.port()));
        var client = new RawClient(stranger(gateway))) {
      assertTrue(client.endsWithin(Duration.ofSeconds(2)));
      assertEquals(0, backend.connections());
      assertEquals(
          1, gateway.metric("penstock_connections_rejected_total{reason=\"proxy_protocol\"}"));
    }
  }

  @Test
  void whereAHeaderIsOptionalAConnectionWithoutOneIsServed() {
    try (var backend = RawBackend.ok("hello");
        var gateway = RunningGateway.serving(OPTIONAL.formatted(backend.port()));
        var client = new RawClient(gateway.httpPort())) {
      assertEquals(200, client.send(GET).read().status());
      assertEquals(400, client.send(V1 + GET).read().status());
      assertTrue(client.endsWithin(Duration.ofSeconds(2)));
      assertEquals(1, GuardedGateway.requests(backend));
      assertTrue(backend.received().contains("\r\nX-Forwarded-For: 127.0.0.1\r\n"));
    }
  }

  private static Socket stranger(RunningGateway gateway) throws IOException {
    return new Socket(
        InetAddress.getLoopbackAddress(),
        gateway.httpPort(),
        InetAddress.getByName("127.0.0.2"),
        0);
  }

  private static SSLSocket secure(Socket plain) throws IOException {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustingAll()}, null);
      var socket =
          (SSLSocket)
              context.getSocketFactory().createSocket(plain, "127.0.0.1", plain.getPort(), true);
      socket.startHandshake();
      return socket;
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static final class TrustingAll extends X509ExtendedTrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}

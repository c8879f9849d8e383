package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.penstock.testing.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which connections count as rejected in the TLS handshake. */
class HandshakeCountTest {

  private static final String REJECTED =
      "penstock_connections_rejected_total{reason=\"tls_handshake\"}";

  private final RunningGateway gateway =
      RunningGateway.serving(
          """
          apiVersion: penstock.dev/v1alpha1
          kind: AIGateway
          metadata: {name: default, namespace: ai}
          spec: {tls: {mode: Terminate, minVersion: TLSv1.3}}
          """);

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void aVersionThatIsTooOldCountsOnce() throws Exception {
    connectWithAnOldVersion();
    assertCountedOnce();
  }

  @Test
  void plainTextCountsOnce() {
    try (var client = new RawClient(gateway.httpsPort())) {
      client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
      Await.until("it is counted", () -> gateway.metric(REJECTED) > 0);
    }
    assertCountedOnce();
  }

  @Test
  void whoOnlyLooksWhetherThePortIsOpenIsNotRejected() throws Exception {
    for (int i = 0; i < 3; i++) {
      new Socket(InetAddress.getLoopbackAddress(), gateway.httpsPort()).close();
    }
    Tls.connect(gateway.httpsPort()).close();
    connectWithAnOldVersion();
    assertCountedOnce();
  }

  private void connectWithAnOldVersion() throws Exception {
    SSLContext client = Tls.client(null);
    try (var socket =
        (SSLSocket) client.getSocketFactory().createSocket("127.0.0.1", gateway.httpsPort())) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      assertThrows(IOException.class, socket::startHandshake);
    }
  }

  private void assertCountedOnce() {
    Await.until("no connection is left", () -> gateway.server().openConnections() == 0);
    assertEquals(1, gateway.metric(REJECTED));
  }
}

package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A backend that ends within its answer: the client must see that it did. */
class UpstreamTruncationTest {

  private static final String GET = "GET /a/x HTTP/1.1\r\nHost: h\r\n\r\n";
  private static final String OLD_GET = "GET /a/x HTTP/1.0\r\nHost: h\r\n\r\n";

  private static final String SIZED = "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello";
  private static final String CHUNKED =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
  private static final String TO_THE_END = "HTTP/1.1 200 OK\r\n\r\nhello";

  private static RunningGateway before(RawBackend backend, String tls) {
    return RunningGateway.serving(
        """
        apiVersion: penstock.dev/v1alpha1
        kind: AIGateway
        metadata: {name: default, namespace: ai}
        spec: {tls: {mode: %s}}
        ---
        apiVersion: penstock.dev/v1alpha1
        kind: AIService
        metadata: {name: a, namespace: ai}
        spec: {path: /a, backend: {url: "http://127.0.0.1:%d"}}
        """
            .formatted(tls, backend.port()));
  }

  private static RawBackend ending(String answer) {
    return new RawBackend(
        connection -> {
          connection.readRequest();
          connection.send(answer);
        });
  }

  /** Resets the connection once the client has what was sent before. */
  private static RawBackend resetting(String answer, CountDownLatch arrived) {
    return new RawBackend(
        connection -> {
          connection.readRequest();
          connection.send(answer);
          arrived.await();
          connection.socket().setSoLinger(true, 0);
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        SIZED,
        CHUNKED,
        CHUNKED + "0\r\n",
        CHUNKED + "0\r\nX: y\r\n",
        CHUNKED + "5\r\nhe",
        CHUNKED + "x\r\n"
      })
  void theClientSeesABrokenBody(String answer) {
    try (var backend = ending(answer);
        var gateway = before(backend, "Disabled");
        var client = new RawClient(gateway.httpPort())) {
      RawResponse response = client.send(GET).read();
      assertEquals(200, response.status());
      assertTrue(response.body().startsWith("hello"), response.body());
      assertFalse(response.complete());
    }
  }

  @Test
  void anAnswerUntilTheEndIsWholeWhenItEndsCleanly() {
    try (var backend = ending(TO_THE_END);
        var gateway = before(backend, "Disabled");
        var client = new RawClient(gateway.httpPort())) {
      RawResponse response = client.send(GET).read();
      assertEquals("hello", response.body());
      assertTrue(response.complete());
      assertEquals("hello", client.send(GET).read().body());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {SIZED, CHUNKED, TO_THE_END})
  void aResetIsABrokenBodyToo(String answer) {
    var arrived = new CountDownLatch(1);
    try (var backend = resetting(answer, arrived);
        var gateway = before(backend, "Disabled");
        var client = new RawClient(gateway.httpPort())) {
      client.send(GET);
      while (!client.readLine().isEmpty()) {
        // the head; the body begins behind it
      }
      arrived.countDown();
      assertFalse(client.readBytes(100).endsWith("0\r\n\r\n"));
    }
  }

  /** The last bytes and the reset may be seen in one turn: the first must not hide the second. */
  @ParameterizedTest
  @ValueSource(strings = {SIZED, CHUNKED, TO_THE_END})
  void aResetRightBehindTheLastBytesIsSeenAtOnce(String answer) {
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readRequest();
                  connection.socket().setSoLinger(true, 0);
                  connection.send(answer);
                });
        var gateway = before(backend, "Disabled")) {
      for (int i = 1; i <= 20; i++) {
        try (var client = new RawClient(gateway.httpPort())) {
          assertFalse(client.send(GET).readBytes(1000).endsWith("0\r\n\r\n"));
        }
        assertTrue(gateway.awaitLogged(i).outcome().contains(" upstream_"));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {CHUNKED, TO_THE_END})
  void anHttp10ClientSeesAReset(String answer) {
    var arrived = new CountDownLatch(1);
    try (var backend = resetting(answer, arrived);
        var gateway = before(backend, "Disabled");
        var client = new RawClient(gateway.httpPort())) {
      client.send(OLD_GET);
      while (!client.readLine().isEmpty()) {
        // the head
      }
      assertEquals("hello", client.readBytes(5));
      arrived.countDown();
      assertThrows(IOException.class, () -> client.socket().getInputStream().read());
    }
  }

  @Test
  void anHttp10ClientOverTlsIsNotToldOfACleanEnd() throws Exception {
    var arrived = new CountDownLatch(1);
    try (var backend = resetting(CHUNKED, arrived);
        var gateway = before(backend, "Terminate");
        SSLSocket socket = tls(gateway.httpsPort());
        var client = new RawClient(socket)) {
      client.send(OLD_GET);
      while (!client.readLine().isEmpty()) {
        // the head
      }
      InputStream in = socket.getInputStream();
      assertEquals("hello", client.readBytes(5));
      arrived.countDown();
      assertThrows(IOException.class, in::read);
    }
  }

  private static SSLSocket tls(int port) throws GeneralSecurityException, IOException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
    return (SSLSocket)
        context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n", "HT"})
  void anEndBeforeTheHeadIsWholeIsA502(String answer) {
    try (var backend = ending(answer);
        var gateway = before(backend, "Disabled");
        var client = new RawClient(gateway.httpPort())) {
      assertEquals(502, client.send(GET).read().status());
      assertEquals(502, client.send(GET).read().status());
    }
  }
}

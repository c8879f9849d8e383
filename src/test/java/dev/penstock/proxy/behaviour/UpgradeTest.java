package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.testing.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection becomes a tunnel by a 101 to what was asked for, and by nothing else. */
class UpgradeTest {

  private static final String NEXT = "GET /a/next HTTP/1.1\r\nHost: h\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private static final String GUARDED =
      """
      apiVersion: penstock.dev/v1alpha1
      kind: AIGateway
      metadata: {name: default, namespace: ai}
      spec:
        tls: {mode: Disabled}
        auth:
          mode: External
          external:
            url: "http://127.0.0.1:AUTH/internal/auth"
            requestHeaders: [X-API-Key]
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: llm, namespace: ai}
      spec: {path: /llm, backend: {url: "http://127.0.0.1:BACKEND"}}
      """;

  private final CountDownLatch goOn = new CountDownLatch(1);

  @Test
  void a101MakesATunnelAndTheLogTellsWhatPassed() throws IOException {
    try (var arena = new UpgradeArena(UpgradeArena::echo)) {
      try (var client = arena.client().send(UpgradeArena.WEBSOCKET)) {
        RawResponse head = client.read();
        assertEquals(101, head.status());
        assertEquals("Upgrade", head.header("connection").orElseThrow());
        assertEquals("websocket", head.header("upgrade").orElseThrow());
        assertTrue(head.header("x-request-id").isPresent());
        arena.gateway().awaitInFlight("ai/a", 1);
        client.send("\u0000\u00ffany bytes\r\n");
        assertEquals("\u0000\u00ffany bytes\r\n", client.readBytes(13));
        client.socket().shutdownOutput();
        assertEquals("", client.readBytes(1), "the end comes back");
      }
      LoggedRequest logged = arena.gateway().awaitLogged(1);
      assertEquals("101 none", logged.outcome());
      assertEquals(13, logged.requestBytes());
      assertEquals(13, logged.responseBytes());
      assertTrue(logged.firstByte());
      arena.gateway().awaitInFlight("ai/a", 0);
      String got = arena.backend().received();
      assertTrue(got.contains("\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"), got);
      assertTrue(got.contains("\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"), got);
    }
  }

  @Test
  void whatIsSentAheadWaitsForThe101() {
    try (var arena =
            new UpgradeArena(
                connection -> {
                  connection.readHead();
                  goOn.await();
                  connection.send(UpgradeArena.SWITCHED.formatted("echo/1") + "first");
                  connection.awaitEnd();
                });
        var client = arena.client().send(UpgradeArena.OTHER + "ahead" + NEXT)) {
      Await.until("it is asked", () -> arena.backend().received().endsWith("\r\n\r\n"));
      assertFalse(arena.backend().received().contains("ahead"));
      goOn.countDown();
      client.readUntil("\r\n\r\nfirst");
      Await.until("it came", () -> arena.backend().received().endsWith("\r\n\r\nahead" + NEXT));
      assertEquals(1, arena.backend().connections());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"200 OK", "426 Upgrade Required", "403 No", "500 Oh"})
  void anyOtherAnswerLeavesACleanConnectionOnBothSides(String status) {
    try (var arena =
            new UpgradeArena(
                connection -> {
                  while (connection.readHead() != null) {
                    connection.send(
                        "HTTP/1.1 "
                            + status
                            + "\r\nUpgrade: websocket\r\nContent-Length: 2"
                            + "\r\nConnection: Upgrade\r\n\r\nno");
                  }
                });
        var client = arena.client()) {
      RawResponse response = client.send(UpgradeArena.WEBSOCKET).read();
      assertEquals(Integer.parseInt(status.substring(0, 3)), response.status());
      assertEquals("no", response.text());
      assertTrue(response.header("upgrade").isEmpty());
      assertEquals(response.status(), client.send(NEXT).read().status());
      assertEquals(1, arena.backend().connections());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Connection: Upgrade\r\nUpgrade: other\r\n",
        "Connection: Upgrade\r\nUpgrade: websocket, echo/1\r\n",
        "Connection: Upgrade\r\nUpgrade: h2c\r\n",
        "Connection: Upgrade\r\nUpgrade: \r\n",
        "Connection: Upgrade\r\n",
        "Upgrade: websocket\r\n",
        "",
      })
  void a101ToSomethingElseIs502(String fields) {
    try (var arena =
            new UpgradeArena(
                connection -> {
                  connection.readHead();
                  connection.send("HTTP/1.1 101 Sure\r\n" + fields + "\r\nsecret");
                  connection.awaitEnd();
                });
        var client = arena.client()) {
      RawResponse response = client.send(UpgradeArena.ASK.formatted("websocket, h2c")).read();
      assertEquals(502, response.status());
      assertFalse(response.body().contains("secret"));
      Await.until("that connection is closed", () -> arena.backend().working() == 0);
      assertEquals("502 upstream_invalid", arena.gateway().awaitLogged(1).outcome());
      assertEquals(404, client.send(NEXT.replace("/a/", "/b/")).read().status());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /a/x HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n\r\n",
        "GET /a/x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\n\r\n",
        "GET /a/x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: h2c, TLS/1.2\r\n\r\n",
        "GET /a/x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: HTTP/2.0\r\n\r\n",
        "GET /a/x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: we b\r\n\r\n",
        "GET /a/x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket/\r\n\r\n",
        "GET /a/x HTTP/1.0\r\nHost: h\r\nConnection: Upgrade, keep-alive"
            + "\r\nUpgrade: websocket\r\n\r\n",
        "HEAD /a/x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        "POST /a/x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket"
            + "\r\nContent-Length: 0\r\n\r\n",
        "GET /a/x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket"
            + "\r\nContent-Length: 2\r\n\r\nhi",
        "GET /a/x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket"
            + "\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      })
  void whatMayNotBeUpgradedIsAnOrdinaryRequestAndA101ToItA502(String ask) {
    try (var arena =
            new UpgradeArena(
                connection -> {
                  connection.readRequest();
                  connection.send(UpgradeArena.SWITCHED.formatted("websocket"));
                  connection.awaitEnd();
                });
        var client = arena.client()) {
      RawResponse response =
          ask.startsWith("HEAD") ? client.send(ask).readHeadAnswer() : client.send(ask).read();
      assertEquals(502, response.status());
      String got = arena.backend().received().toLowerCase(Locale.ROOT);
      assertFalse(got.contains("\r\nupgrade:") || got.contains("\r\nconnection:"), got);
    }
  }

  @Test
  void ofSeveralProtocolsTheBackendChoosesAmongThoseThatMayBe() {
    try (var arena =
            new UpgradeArena(
                connection -> {
                  connection.readHead();
                  connection.send(UpgradeArena.SWITCHED.formatted("ECHO/1") + "hi");
                  connection.awaitEnd();
                });
        var client = arena.client()) {
      client.send(UpgradeArena.ASK.formatted("h2c, websocket,, echo/1"));
      RawResponse head = client.read();
      assertEquals("echo/1", head.header("upgrade").orElseThrow());
      assertEquals("hi", client.readBytes(2));
      assertTrue(arena.backend().received().contains("\r\nUpgrade: websocket, echo/1\r\n"));
    }
  }

  @Test
  void authComesFirstAndTheKeyStaysBehind() {
    var backend = new RawBackend(UpgradeArena::echo);
    try (var guarded = GuardedGateway.serving(GUARDED, GuardedGateway.keyed(), backend);
        var client = new RawClient(guarded.gateway().httpPort())) {
      String ask = UpgradeArena.WEBSOCKET.replace("/a/", "/llm/");
      assertEquals(401, client.send(ask).read().status());
      assertEquals(0, backend.connections());
      client.send(
          ask.replace("Host: h\r\n", "Host: h\r\nX-API-Key: " + GuardedGateway.KEY + "\r\n"));
      assertEquals(101, client.read().status());
      assertFalse(backend.received().contains(GuardedGateway.KEY), backend.received());
    }
  }

  @Test
  void upgradesTakeOfTheClientsRate() {
    try (var arena = new UpgradeArena(", rateLimit: {rate: 1r/m}", UpgradeArena::echo);
        var first = arena.tunnel(UpgradeArena.WEBSOCKET);
        var second = arena.client()) {
      assertEquals(429, second.send(UpgradeArena.WEBSOCKET).read().status());
      assertEquals("x", first.send("x").readBytes(1));
    }
  }

  @Test
  void theBodyLimitIsForBodies() throws IOException {
    try (var arena = new UpgradeArena(", maxBodySize: 1Ki", UpgradeArena::echo);
        var client = arena.tunnel(UpgradeArena.OTHER)) {
      String much = "0123456789abcdef".repeat(1024);
      client.send(much);
      assertEquals(much, client.readBytes(much.length()));
    }
  }

  @Test
  void aKeptBackendConnectionThatDiedIsReplacedForAnUpgradeToo() {
    var served = new AtomicInteger();
    try (var arena =
            new UpgradeArena(
                connection -> {
                  if (served.getAndIncrement() == 0) {
                    connection.readHead();
                    connection.send(OK);
                    connection.readHead(); // and leaves
                  } else {
                    UpgradeArena.echo(connection);
                  }
                });
        var client = arena.client()) {
      assertEquals(200, client.send(NEXT).read().status());
      assertEquals(101, client.send(UpgradeArena.OTHER).read().status());
      assertEquals("x", client.send("x").readBytes(1));
      assertEquals(2, arena.backend().connections());
    }
  }

  @Test
  void aTunnelOverTls() throws IOException {
    String manifests =
        """
        apiVersion: penstock.dev/v1alpha1
        kind: AIGateway
        metadata: {name: default, namespace: ai}
        spec: {}
        ---
        apiVersion: penstock.dev/v1alpha1
        kind: AIService
        metadata: {name: a, namespace: ai}
        spec: {path: /a, backend: {url: "http://127.0.0.1:%d"}}
        """;
    try (var backend = new RawBackend(UpgradeArena::echo);
        var gateway = RunningGateway.serving(manifests.formatted(backend.port()));
        var client = new RawClient(Tls.connect(gateway.httpsPort()))) {
      String much = "0123456789abcdef".repeat(8 * 1024);
      assertEquals(101, client.send(UpgradeArena.OTHER).read().status());
      Thread.ofVirtual().start(() -> client.send(much));
      assertEquals(much, client.readBytes(much.length()));
      client.socket().close();
      assertEquals("101 none", gateway.awaitLogged(1).outcome());
      Await.until("the backend is let go", () -> backend.working() == 0);
    }
  }

  @Test
  void aConnectionIsNotKeptAfterATunnel() {
    try (var arena = new UpgradeArena(UpgradeArena::echo)) {
      try (var client = arena.tunnel(UpgradeArena.OTHER)) {
        client.send(NEXT.getBytes(StandardCharsets.US_ASCII));
        assertEquals(NEXT, client.readBytes(NEXT.length()), "bytes, and no request");
      }
      Await.until("the backend is let go", () -> arena.backend().working() == 0);
      try (var other = arena.tunnel(UpgradeArena.OTHER)) {
        assertEquals("x", other.send("x").readBytes(1));
        assertEquals(2, arena.backend().connections());
        assertFalse(other.endsWithin(Duration.ofMillis(50)));
      }
    }
  }
}

package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * permessage-deflate (RFC 7692) is between a client and the backend: its offer, its answer and what
 * is compressed by it pass as they are.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WebSocketCompressionTest {

  private static final String MANIFESTS =
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

  private static final String DEFLATE = "permessage-deflate";

  /** "Hello" as RFC 7692 section 7.2.3.1 has it. */
  private static final String HELLO = "f248cdc9c90700";

  /** The same again in the context of the first (section 7.2.3.2). */
  private static final String HELLO_AGAIN = "f200110000";

  /** In a block without compression (section 7.2.3.3). */
  private static final String HELLO_STORED = "000500faff48656c6c6f00";

  private static final int FIN_COMPRESSED_TEXT = 0xc1;

  private final WebSocketEcho echo = new WebSocketEcho(true);
  private final RunningGateway secure = RunningGateway.serving(MANIFESTS.formatted(echo.port()));
  private final RunningGateway plain =
      RunningGateway.serving(
          MANIFESTS.formatted(echo.port()).replace("spec: {}", "spec: {tls: {mode: Disabled}}"));

  /** What the server agreed to, and all that it sent, in hex. */
  private record Seen(String extensions, String bytes) {}

  @AfterAll
  void close() {
    plain.close();
    secure.close();
    echo.close();
  }

  private static Seen run(RawClient client, String offer, WebSocketScript script)
      throws IOException {
    try (client) {
      client.send(
          "GET /a/chat HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
              + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
              + "Sec-WebSocket-Protocol: echo\r\nSec-WebSocket-Extensions: "
              + offer
              + "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
      RawResponse head = client.read();
      assertEquals(101, head.status());
      client.send(script.bytes());
      byte[] all = client.socket().getInputStream().readAllBytes();
      return new Seen(
          head.header("sec-websocket-extensions").orElse(""), HexFormat.of().formatHex(all));
    }
  }

  private Seen proxiedIsAsDirect(String offer, WebSocketScript script) throws IOException {
    Seen direct = run(new RawClient(echo.port()), offer, script);
    assertEquals(direct, run(new RawClient(plain.httpPort()), offer, script));
    assertEquals(direct, run(new RawClient(Tls.connect(secure.httpsPort())), offer, script));
    return direct;
  }

  private static WebSocketScript compressed(String... messages) {
    var script = new WebSocketScript();
    for (String message : messages) {
      script.frame(FIN_COMPRESSED_TEXT, HexFormat.of().parseHex(message));
    }
    return script.close(1000, "");
  }

  /** A frame with RSV1 set is one whose message is compressed. */
  private static void assertAnsweredCompressed(Seen seen) {
    assertTrue(seen.extensions().startsWith(DEFLATE), seen::toString);
    assertTrue(seen.bytes().startsWith("c1"), seen::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {HELLO, HELLO_STORED})
  void aCompressedMessageComesBackCompressed(String message) throws IOException {
    assertAnsweredCompressed(proxiedIsAsDirect(DEFLATE, compressed(message)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        DEFLATE,
        DEFLATE + "; client_max_window_bits",
        DEFLATE + "; client_no_context_takeover",
        "x-unknown, " + DEFLATE
      })
  void everyOfferReachesTheBackend(String offer) throws IOException {
    assertAnsweredCompressed(proxiedIsAsDirect(offer, compressed(HELLO)));
  }

  @Test
  void withoutAnAgreementNoneIsMadeUp() throws IOException {
    Seen seen = proxiedIsAsDirect("x-unknown", new WebSocketScript().text("a").close(1000, ""));
    assertEquals("", seen.extensions());
    assertTrue(seen.bytes().startsWith("810161"), seen::toString);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 1000})
  void manyMessagesShareTheirContext(int messages) throws IOException {
    String[] all = new String[messages];
    for (int i = 0; i < messages; i++) {
      all[i] = i == 0 ? HELLO : HELLO_AGAIN;
    }
    assertAnsweredCompressed(proxiedIsAsDirect(DEFLATE, compressed(all)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ffff", "06"})
  void whatIsNotDeflateEndsAsTheBackendWantsIt(String message) throws IOException {
    proxiedIsAsDirect(DEFLATE, compressed(message));
  }
}

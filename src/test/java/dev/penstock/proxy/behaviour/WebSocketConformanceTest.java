package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A client gets the very same bytes from a WebSocket server through the proxy as without it: good
 * messages, and how a server answers bad ones. The cases follow the Autobahn suite.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WebSocketConformanceTest {

  private static final int MOST_BYTES_ONE_BY_ONE = 512;

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
      spec: {path: /a, maxBodySize: 1Ki, backend: {url: "http://127.0.0.1:%d"}}
      """;

  private final WebSocketEcho echo = new WebSocketEcho();
  private final RunningGateway secure = RunningGateway.serving(MANIFESTS.formatted(echo.port()));
  private final RunningGateway plain =
      RunningGateway.serving(
          MANIFESTS.formatted(echo.port()).replace("spec: {}", "spec: {tls: {mode: Disabled}}"));

  /** What a client saw until the end. */
  private record Transcript(List<String> head, int bytes, long sum, int closeCode) {}

  static List<WebSocketCases.Case> cases() {
    return WebSocketCases.all();
  }

  @AfterAll
  void close() {
    plain.close();
    secure.close();
    echo.close();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void proxiedIsAsDirect(WebSocketCases.Case it) throws Exception {
    Transcript direct = run(new RawClient(echo.port()), it, it.bytes().length);
    if (it.code() != 0) {
      assertEquals(it.code(), direct.closeCode(), direct.toString());
    }
    assertEquals(direct, run(new RawClient(plain.httpPort()), it, it.bytes().length));
    assertEquals(
        direct, run(new RawClient(Tls.connect(secure.httpsPort())), it, it.bytes().length));
    if (it.code() == 1000 && it.bytes().length <= MOST_BYTES_ONE_BY_ONE) {
      assertEquals(direct, run(new RawClient(plain.httpPort()), it, 1), "byte by byte");
    }
  }

  private static Transcript run(RawClient client, WebSocketCases.Case it, int step)
      throws IOException, InterruptedException {
    try (client) {
      client.socket().setSoTimeout(60_000);
      client.send(
          "GET /a/chat HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive, Upgrade\r\n"
              + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nOrigin: http://h\r\n"
              + "Sec-WebSocket-Protocol: echo, other\r\n"
              + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
      RawResponse head = client.read();
      assertEquals(101, head.status());
      OutputStream out = client.socket().getOutputStream();
      Thread writer = Thread.ofVirtual().start(() -> write(out, it.bytes(), step));
      Transcript seen = readAll(head, client.socket().getInputStream());
      writer.join();
      return seen;
    }
  }

  private static void write(OutputStream out, byte[] bytes, int step) {
    try {
      for (int at = 0; at < bytes.length; at += step) {
        out.write(bytes, at, Math.min(step, bytes.length - at));
      }
      out.flush();
    } catch (IOException e) {
      // The server has had enough, as the case wants it.
    }
  }

  private static Transcript readAll(RawResponse head, InputStream in) throws IOException {
    var read = new ByteArrayOutputStream();
    in.transferTo(read);
    byte[] bytes = read.toByteArray();
    var sum = new CRC32C();
    sum.update(bytes);
    return new Transcript(
        head.headers().stream()
            .map(line -> line.toLowerCase(Locale.ROOT))
            .filter(line -> !line.startsWith("x-request-id:"))
            .sorted()
            .toList(),
        bytes.length,
        sum.getValue(),
        closeCode(ByteBuffer.wrap(bytes)));
  }

  /** That of the first Close frame; 0 when there is none. */
  private static int closeCode(ByteBuffer in) {
    while (in.remaining() >= 2) {
      int first = in.get();
      int size = in.get();
      long length = size == 126 ? in.getShort() & 0xffff : size == 127 ? in.getLong() : size;
      if ((first & 0x0f) == WebSocketScript.CLOSE) {
        return length < 2 ? 0 : in.getShort();
      }
      in.position(in.position() + (int) length);
    }
    return 0;
  }
}

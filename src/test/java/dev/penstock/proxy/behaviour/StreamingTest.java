package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.testing.Await;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each piece is on the other side before the next one is sent: nothing waits for an end. */
class StreamingTest {

  private static final String MANIFESTS =
      """
      apiVersion: penstock.dev/v1alpha1
      kind: AIGateway
      metadata: {name: default, namespace: ai}
      spec: {tls: {mode: Disabled}}
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: llm, namespace: ai}
      spec: {path: /llm, backend: {url: "http://127.0.0.1:%d"}}
      """;

  private static final int TOKENS = 5;

  private final Semaphore tokenSeen = new Semaphore(0);

  private RawBackend backend(String fields, boolean chunked) {
    return new RawBackend(
        connection -> {
          connection.readRequest();
          connection.send("HTTP/1.1 200 OK\r\n" + fields + "\r\n");
          for (int i = 0; i < TOKENS; i++) {
            String token = "data: token-" + i + "\n\n";
            connection.send(
                chunked ? Integer.toHexString(token.length()) + "\r\n" + token + "\r\n" : token);
            if (!tokenSeen.tryAcquire(10, TimeUnit.SECONDS)) {
              return; // cut short, so that the test fails
            }
          }
          if (chunked) {
            connection.send("0\r\n\r\n");
          }
        });
  }

  private void readTokens(RawClient client) {
    for (int i = 0; i < TOKENS; i++) {
      client.readUntil("data: token-" + i + "\n\n");
      tokenSeen.release();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "text/event-stream, chunked",
    "application/x-ndjson, chunked",
    "text/event-stream, close",
    "text/plain, length"
  })
  void eachTokenArrivesBeforeTheNextIsSent(String type, String framing) {
    String fields = "Content-Type: " + type + "\r\n";
    switch (framing) {
      case "chunked" -> fields += "Transfer-Encoding: chunked\r\n";
      case "length" -> fields += "Content-Length: " + TOKENS * 15 + "\r\n";
      default -> {}
    }
    try (var backend = backend(fields, framing.equals("chunked"));
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port()));
        var client = new RawClient(gateway.httpPort())) {
      client.send("POST /llm/api HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}");
      readTokens(client);
      LoggedRequest logged = gateway.awaitLogged(1);
      assertEquals("200 none", logged.outcome());
      assertEquals(2, logged.requestBytes());
      assertEquals(TOKENS * 15, logged.responseBytes());
      assertTrue(logged.firstByte());
    }
  }

  @Test
  void a_client_of_http10_gets_the_same_tokens_without_chunks_until_the_end_of_the_connection() {
    try (var backend = backend("Transfer-Encoding: chunked\r\n", true);
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port()));
        var client = new RawClient(gateway.httpPort())) {
      client.send("GET /llm/api HTTP/1.0\r\n\r\n");
      String head = client.readUntil("\r\n\r\n");
      assertFalse(head.contains("Transfer-Encoding"), head);
      assertTrue(head.contains("Connection: close\r\n"), head);
      for (int i = 0; i < TOKENS; i++) {
        String token = "data: token-" + i + "\n\n";
        assertEquals(token, client.readBytes(token.length()));
        tokenSeen.release();
      }
      assertTrue(client.endsWithin(Duration.ofSeconds(5)));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void eachPieceOfAnUploadReachesTheBackendBeforeTheNextIsSent(boolean chunked) {
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readHead();
                  connection.in().transferTo(OutputStream.nullOutputStream());
                });
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port()));
        var client = new RawClient(gateway.httpPort())) {
      client.send(
          "POST /llm/api HTTP/1.1\r\nHost: h\r\n"
              + (chunked ? "Transfer-Encoding: chunked" : "Content-Length: 1000")
              + "\r\n\r\n");
      for (int i = 0; i < TOKENS; i++) {
        String piece = "piece-" + i;
        client.send(chunked ? "7\r\n" + piece + "\r\n" : piece);
        Await.until(piece, () -> backend.received().contains(piece));
      }
    }
  }

  @Test
  void a_stream_that_the_backend_breaks_off_is_broken_for_the_client_too() {
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readRequest();
                  connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc");
                });
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port()));
        var client = new RawClient(gateway.httpPort())) {
      RawResponse response = client.send("GET /llm/ HTTP/1.1\r\nHost: h\r\n\r\n").read();
      assertEquals(200, response.status());
      assertFalse(response.complete());
      assertEquals("200 upstream_truncated", gateway.awaitLogged(1).outcome());
    }
  }

  @Test
  void a_body_shorter_than_its_length_is_broken_for_the_client_too() {
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readRequest();
                  connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
                });
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port()));
        var client = new RawClient(gateway.httpPort())) {
      RawResponse response = client.send("GET /llm/ HTTP/1.1\r\nHost: h\r\n\r\n").read();
      assertFalse(response.complete());
      assertEquals("200 upstream_truncated", gateway.awaitLogged(1).outcome());
    }
  }
}

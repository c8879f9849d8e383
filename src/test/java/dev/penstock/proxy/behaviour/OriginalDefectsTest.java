package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.testing.NginxServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the original nginx file does wrong, seen at a real nginx, and that it is right here. Both
 * have the same backends and the same auth service.
 */
class OriginalDefectsTest {

  private static String manifests(int auth, int stt, int llm) {
    return """
      apiVersion: penstock.dev/v1alpha1
      kind: AIGateway
      metadata: {name: default, namespace: ai}
      spec:
        tls: {mode: Disabled}
        auth:
          mode: External
          external: {url: "http://127.0.0.1:%d/internal/auth", requestHeaders: [X-API-Key]}
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: whisper-stt, namespace: ai}
      spec:
        path: /stt
        backend: {url: "http://127.0.0.1:%d"}
        rateLimit: {rate: 6r/m, burst: 3}
        maxBodySize: 10Mi
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: ollama-llm, namespace: ai}
      spec:
        path: /llm
        backend: {url: "http://127.0.0.1:%d"}
        rateLimit: {rate: 4r/m, burst: 2}
        timeouts: {firstByte: 60s, idle: 60s}
      """
        .formatted(auth, stt, llm);
  }

  private static final byte[] VOICE_NOTE = new byte[4_500_000];

  private final CountDownLatch goOn = new CountDownLatch(1);
  private final CountDownLatch firstSeen = new CountDownLatch(1);
  private final RawBackend auth = RawBackend.ok("yes");
  private final RawBackend stt = RawBackend.ok("hello world");
  private final RawBackend llm =
      new RawBackend(
          connection -> {
            connection.readRequest();
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
            firstSeen.await();
            connection.send("6\r\nsecond\r\n");
            if (goOn.await(20, TimeUnit.SECONDS)) {
              connection.send("4\r\nlast\r\n0\r\n\r\n");
            }
          });

  private NginxServer nginx;
  private RunningGateway gateway;

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    nginx =
        NginxServer.start(
            "/nginx/original.conf",
            directory,
            Map.of("AUTH", auth.port(), "STT", stt.port(), "LLM", llm.port()));
    gateway = RunningGateway.serving(manifests(auth.port(), stt.port(), llm.port()));
  }

  @AfterEach
  void stop() {
    if (gateway != null) {
      gateway.close();
    }
    if (nginx != null) {
      nginx.close();
    }
    auth.close();
    stt.close();
    llm.close();
  }

  @Test
  void aVoiceNoteOfSeveralMegabytesIsTakenThatNginxAnswersWith500() {
    assertEquals(200, upload(nginx.port(), new byte[900_000]));
    assertEquals(500, upload(nginx.port(), VOICE_NOTE));
    assertEquals(200, upload(gateway.httpPort(), VOICE_NOTE));
  }

  private static int upload(int port, byte[] note) {
    try (var client = new RawClient(port)) {
      return client
          .send(
              "POST /stt/v1/audio HTTP/1.1\r\nHost: h\r\nX-API-Key: k\r\nContent-Length: "
                  + note.length
                  + "\r\n\r\n")
          .send(note)
          .read()
          .status();
    }
  }

  @Test
  void eachChunkOfAStreamFlowsBehindAuthAndLimit() {
    String request = "GET /llm/api/generate HTTP/1.1\r\nHost: h\r\nX-API-Key: k\r\n\r\n";
    try (var ours = new RawClient(gateway.httpPort())) {
      ours.send(request).readUntil("first");
      firstSeen.countDown();
      ours.readUntil("second"); // while the backend waits for goOn
      goOn.countDown();
      ours.readUntil("last");
    }
  }
}

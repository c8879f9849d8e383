package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.testing.Await;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Answers that come before the request is whole, and clients that wait for leave to send it. */
class EarlyAnswerTest {

  private static final String MANIFESTS =
      """
      apiVersion: penstock.dev/v1alpha1
      kind: AIGateway
      metadata: {name: default, namespace: ai}
      spec: {tls: {mode: Disabled}}
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: s, namespace: ai}
      spec: {path: /s, backend: {url: "http://127.0.0.1:%d"}, maxBodySize: 20Mi}
      """;

  private static RawBackend answeringTheHead(String answer) {
    return new RawBackend(
        connection -> {
          connection.readHead();
          connection.send(answer);
          connection.awaitEnd();
        });
  }

  @Test
  void an_answer_in_the_middle_of_an_upload_is_passed_on_and_ends_the_connection() {
    try (var backend =
            answeringTheHead("HTTP/1.1 429 Too Many Requests\r\nContent-Length: 4\r\n\r\nslow");
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port()));
        var client = new RawClient(gateway.httpPort())) {
      client.send("POST /s/ HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\nabc");
      RawResponse response = client.read();
      assertEquals(429, response.status());
      assertEquals("slow", response.text());
      assertEquals("close", response.header("connection").orElseThrow());
      Await.until("the backend is let go", () -> backend.working() == 0);
      assertTrue(client.endsWithin(Duration.ofSeconds(1)), "the sending side is ended");
      assertEquals("429 none", gateway.awaitLogged(1).outcome());
    }
  }

  @Test
  void a_client_that_sends_all_before_it_reads_still_gets_the_early_answer() {
    try (var backend = answeringTheHead("HTTP/1.1 429 Slow\r\nContent-Length: 4\r\n\r\nslow");
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port()));
        var client = new RawClient(gateway.httpPort())) {
      byte[] body = new byte[16 << 20];
      client.send("POST /s/ HTTP/1.1\r\nHost: h\r\nContent-Length: " + body.length + "\r\n\r\n");
      client.send(body);
      assertEquals(429, client.read().status());
    }
  }

  @Test
  void an_early_answer_of_a_backend_that_leaves_with_it_is_passed_on() {
    for (int i = 0; i < 20; i++) {
      try (var backend =
              new RawBackend(
                  connection -> {
                    connection.readHead();
                    connection.send("HTTP/1.1 429 Slow\r\nContent-Length: 4\r\n\r\nslow");
                  });
          var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port()));
          var client = new RawClient(gateway.httpPort())) {
        byte[] body = new byte[16 << 20];
        client.send("POST /s/ HTTP/1.1\r\nHost: h\r\nContent-Length: " + body.length + "\r\n\r\n");
        client.send(body);
        assertEquals(429, client.read().status());
      }
    }
  }

  @Test
  void tokens_flow_down_while_the_upload_goes_on() {
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readHead();
                  connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                  for (int i = 0; i < 3; i++) {
                    connection.in().readNBytes(1);
                    connection.send("1\r\n" + i + "\r\n");
                  }
                  connection.send("0\r\n\r\n");
                  connection.awaitEnd();
                });
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port()));
        var client = new RawClient(gateway.httpPort())) {
      client.send("POST /s/ HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n");
      client.send("a").readUntil("0\r\n");
      client.send("b").readUntil("1\r\n1\r\n");
      client.send("c").readUntil("1\r\n2\r\n0\r\n\r\n");
      assertEquals("200 none", gateway.awaitLogged(1).outcome());
    }
  }

  @Test
  void a_client_that_waits_is_told_to_go_on_once_there_is_a_connection() {
    try (var backend = RawBackend.ok("done");
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port()));
        var client = new RawClient(gateway.httpPort())) {
      client.send(
          "POST /s/ HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
      assertEquals(100, client.read().status());
      assertEquals("done", client.send("abc").read().text());
      assertFalse(backend.received().contains("Expect"), backend.received());
      assertEquals("done", client.send("GET /s/ HTTP/1.1\r\nHost: h\r\n\r\n").read().text());
    }
  }

  @Test
  void a_client_that_waits_and_is_refused_is_not_told_to_go_on() {
    try (var backend = RawBackend.ok("done");
        var gateway = RunningGateway.serving(MANIFESTS.formatted(backend.port()));
        var client = new RawClient(gateway.httpPort())) {
      client.send(
          "POST /s/ HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\nExpect: 100-continue\r\n\r\n");
      RawResponse response = client.read();
      assertEquals(413, response.status());
      assertEquals("close", response.header("connection").orElseThrow());
      assertTrue(client.endsWithin(Duration.ofSeconds(1)));
      LoggedRequest logged = gateway.awaitLogged(1);
      assertEquals("413 body_too_large", logged.outcome());
      assertEquals(response.body().length(), logged.responseBytes());
      assertEquals(0, backend.connections());
    }
  }

  @Test
  void a_client_that_waits_gets_502_when_the_backend_is_away() {
    int port;
    try (var closed = RawBackend.ok("")) {
      port = closed.port();
    }
    try (var gateway = RunningGateway.serving(MANIFESTS.formatted(port));
        var client = new RawClient(gateway.httpPort())) {
      client.send(
          "POST /s/ HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
      RawResponse response = client.read();
      assertEquals(502, response.status());
      assertEquals("close", response.header("connection").orElseThrow());
    }
  }
}

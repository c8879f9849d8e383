package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a backend answers, when it is not what it should be. */
class UpstreamAnswerTest {

  private static final String GET = "GET /a/x HTTP/1.1\r\nHost: h\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
  private static final String LEAK = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nleaked";

  private static RunningGateway before(RawBackend backend) {
    return RunningGateway.serving(
        """
        apiVersion: penstock.dev/v1alpha1
        kind: AIGateway
        metadata: {name: default, namespace: ai}
        spec: {tls: {mode: Disabled}}
        ---
        apiVersion: penstock.dev/v1alpha1
        kind: AIService
        metadata: {name: a, namespace: ai}
        spec: {path: /a, backend: {url: "http://127.0.0.1:%d"}}
        """
            .formatted(backend.port()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length : 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nX: a\u0000b\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 O\u0000K\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\nhello",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 099 OK\r\n\r\n",
        "HTTP/1.1 600 OK\r\n\r\n",
        "HTTP/1.1 2x0 OK\r\n\r\n",
        "HTTP/1.1  200 OK\r\n\r\n",
        "HTTP/2.0 200 OK\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        "\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "ICY 200 OK\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n\r\n",
        "<html>hello</html>\r\n\r\n",
        "\u0016\u0003\u0001\r\n\r\n"
      })
  void anAnswerThatIsNotHttpIsA502AndItsConnectionIsNotUsedAgain(String answer) {
    try (var backend = RawBackend.answering(answer);
        var gateway = before(backend);
        var client = new RawClient(gateway.httpPort())) {
      RawResponse response = client.send(GET).read();
      assertEquals(502, response.status(), answer);
      assertFalse(response.text().contains("hello"), answer);
      assertEquals(502, client.send(GET).read().status(), answer);
      assertEquals(2, backend.connections(), answer);
    }
  }

  @Test
  void anEndlessHeadIsA502() {
    String flood = "HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(20_000);
    try (var backend = RawBackend.answering(flood);
        var gateway = before(backend);
        var client = new RawClient(gateway.httpPort())) {
      assertEquals(502, client.send(GET).read().status());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        OK + LEAK,
        OK + "x",
        OK + "\r\n",
        "HTTP/1.1 204 No\r\n\r\n" + LEAK,
        "HTTP/1.1 304 No\r\nContent-Length: 54\r\n\r\n" + LEAK,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + LEAK,
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" + LEAK
      })
  void bytesBeyondTheAnswerReachNobody(String answer) {
    try (var backend = RawBackend.answering(answer);
        var gateway = before(backend)) {
      for (int i = 0; i < 3; i++) {
        try (var client = new RawClient(gateway.httpPort())) {
          for (int j = 0; j < 2; j++) {
            RawResponse response = client.send(GET).read();
            assertTrue(response.status() < 400, answer);
            assertFalse(response.body().contains("leaked"), answer);
          }
        }
      }
      assertEquals(6, backend.connections());
    }
  }

  @Test
  void bytesThatComeLaterEndTheIdleConnection() throws InterruptedException {
    var ended = new CountDownLatch(1);
    RawBackend.Script script =
        connection -> {
          connection.readRequest();
          connection.send(OK);
          if (ended.getCount() > 0) {
            connection.send("\r\n" + LEAK).awaitEnd();
            ended.countDown();
          }
        };
    try (var backend = new RawBackend(script);
        var gateway = before(backend)) {
      try (var client = new RawClient(gateway.httpPort())) {
        assertEquals("hello", client.send(GET).read().body());
        assertTrue(ended.await(10, TimeUnit.SECONDS));
        assertEquals("hello", client.send(GET).read().body());
      }
      assertEquals(2, backend.connections());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked"
            + "\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"
      })
  void aConnectionWhoseFramingIsInDoubtIsNotUsedAgain(String answer) {
    try (var backend = RawBackend.answering(answer);
        var gateway = before(backend);
        var client = new RawClient(gateway.httpPort())) {
      for (int i = 1; i <= 2; i++) {
        RawResponse response = client.send(GET).read();
        assertTrue(response.status() == 200 || response.status() == 204, answer);
        assertEquals(i, backend.connections(), answer);
      }
    }
  }

  @Test
  void anAnswerWithoutABodyNeverGetsOne() {
    String[] heads = {
      "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
      "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n",
      "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n"
    };
    for (String head : heads) {
      try (var backend = RawBackend.answering(head);
          var gateway = before(backend);
          var client = new RawClient(gateway.httpPort())) {
        RawResponse response = client.send(GET).read();
        assertTrue(head.contains(" " + response.status() + " "), head);
        assertTrue(response.header("transfer-encoding").isEmpty(), head);
        assertTrue(response.status() != 204 || response.header("content-length").isEmpty(), head);
        // Were there a body, it would come before this answer.
        assertEquals(404, client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").read().status(), head);
      }
    }
  }

  @Test
  void anAnswerToHeadKeepsItsLengthAndHasNoBody() {
    try (var backend = RawBackend.answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
        var gateway = before(backend);
        var client = new RawClient(gateway.httpPort())) {
      for (int i = 0; i < 2; i++) {
        RawResponse response =
            client.send("HEAD /a/x HTTP/1.1\r\nHost: h\r\n\r\n").readHeadAnswer();
        assertEquals("5", response.header("content-length").orElse(""));
      }
      assertEquals(1, backend.connections());
    }
  }

  @Test
  void aBodyInAnswerToHeadReachesNobody() {
    try (var backend = RawBackend.answering(OK);
        var gateway = before(backend);
        var client = new RawClient(gateway.httpPort())) {
      for (int i = 0; i < 2; i++) {
        client.send("HEAD /a/x HTTP/1.1\r\nHost: h\r\n\r\n");
        assertEquals(200, client.readHeadAnswer().status());
      }
      assertEquals("hello", client.send(GET).read().body());
      assertEquals(3, backend.connections());
    }
  }

  @Test
  void informationalAnswersPassToHttp11OnlyAndA100NeverUnasked() {
    String answer =
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>"
            + "\r\nConnection: X-One\r\nX-One: 1\r\n\r\n"
            + OK;
    try (var backend = RawBackend.answering(answer);
        var gateway = before(backend);
        var client = new RawClient(gateway.httpPort());
        var old = new RawClient(gateway.httpPort())) {
      RawResponse hints = client.send(GET).read();
      assertEquals(103, hints.status());
      assertEquals("</a>", hints.header("link").orElse(""));
      assertTrue(hints.header("x-one").isEmpty());
      assertEquals("hello", client.read().body());
      assertEquals("hello", old.send("GET /a/x HTTP/1.0\r\n\r\n").read().body());
    }
  }

  @Test
  void instructionsToOtherProxiesAndHopByHopFieldsGoNoFurther() {
    String answer =
        "HTTP/1.1 200 OK\r\nX-Accel-Redirect: /secret\r\nX-Accel-Buffering: no"
            + "\r\nConnection: X-One, keep-alive\r\nX-One: 1\r\nKeep-Alive: timeout=5"
            + "\r\nProxy-Authenticate: Basic\r\nUpgrade: h2c\r\nX-Two: 2"
            + "\r\nContent-Length: 5\r\n\r\nhello";
    try (var backend = RawBackend.answering(answer);
        var gateway = before(backend);
        var client = new RawClient(gateway.httpPort())) {
      RawResponse response = client.send(GET).read();
      assertEquals("hello", response.body());
      assertEquals("2", response.header("x-two").orElse(""));
      for (String gone :
          new String[] {
            "x-accel-redirect",
            "x-accel-buffering",
            "connection",
            "x-one",
            "keep-alive",
            "proxy-authenticate",
            "upgrade"
          }) {
        assertTrue(response.header(gone).isEmpty(), gone);
      }
    }
  }
}

package dev.penstock.proxy.behaviour;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** HTTP/2 as a usual client, the JDK's, speaks it. */
class Http2Test {

  private static final String EVENTS =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
  private static final int TEN_MEGABYTES = 10_000_000;

  private static HttpClient client(Version version) {
    return HttpClient.newBuilder()
        .sslContext(Http2Client.trusting())
        .version(version)
        .connectTimeout(Duration.ofSeconds(10))
        .build();
  }

  private static HttpRequest.Builder to(RunningGateway gateway, String path) {
    return HttpRequest.newBuilder(URI.create("https://localhost:" + gateway.httpsPort() + path))
        .timeout(Duration.ofSeconds(30));
  }

  @Test
  void aRequestIsAnsweredAndLoggedAsHttp2() throws Exception {
    try (var backend = RawBackend.ok("hello");
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = client(Version.HTTP_2)) {
      HttpResponse<String> response =
          client.send(
              to(gateway, "/a/b?c=d").header("X-Own", "1").build(), BodyHandlers.ofString());
      assertEquals(200, response.statusCode());
      assertEquals(Version.HTTP_2, response.version());
      assertEquals("hello", response.body());
      assertTrue(response.headers().firstValue("x-request-id").isPresent());
      String sent = backend.received();
      assertTrue(sent.startsWith("GET /a/b?c=d HTTP/1.1\r\n"), sent);
      assertTrue(sent.contains("\r\nx-own: 1\r\n"), sent);
      assertTrue(sent.contains("\r\nX-Forwarded-Host: localhost:" + gateway.httpsPort()), sent);
      assertTrue(sent.contains("\r\nX-Forwarded-Proto: https\r\n"), sent);
      assertFalse(sent.contains("http2-settings"), sent);
      assertTrue(gateway.closeAndReadLog().contains("\"http_version\":\"2\""));
    }
  }

  @Test
  void aClientThatSpeaksOnlyHttp1IsServedWithIt() throws Exception {
    try (var backend = RawBackend.ok("hello");
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = client(Version.HTTP_1_1)) {
      HttpResponse<String> response =
          client.send(to(gateway, "/").build(), BodyHandlers.ofString());
      assertEquals(Version.HTTP_1_1, response.version());
      assertEquals("hello", response.body());
      assertTrue(gateway.closeAndReadLog().contains("\"http_version\":\"1.1\""));
    }
  }

  @Test
  void aConnectionCarriesManyRequestsAtOnce() throws Exception {
    var together = new CountDownLatch(50);
    try (var backend =
            new RawBackend(
                connection -> {
                  for (String head = connection.readHead();
                      head != null;
                      head = connection.readHead()) {
                    together.countDown();
                    together.await(20, TimeUnit.SECONDS);
                    String path = head.substring(4, head.indexOf(" HTTP/"));
                    connection.send(
                        "HTTP/1.1 200 OK\r\nContent-Length: " + path.length() + "\r\n\r\n" + path);
                  }
                });
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = client(Version.HTTP_2)) {
      // One first, so that the rest share its connection.
      CompletableFuture<HttpResponse<String>> first =
          client.sendAsync(to(gateway, "/first").build(), BodyHandlers.ofString());
      List<CompletableFuture<HttpResponse<String>>> rest =
          IntStream.range(0, 49)
              .mapToObj(
                  i -> client.sendAsync(to(gateway, "/r" + i).build(), BodyHandlers.ofString()))
              .toList();
      assertEquals("/first", first.get(30, TimeUnit.SECONDS).body());
      for (int i = 0; i < rest.size(); i++) {
        assertEquals("/r" + i, rest.get(i).get(30, TimeUnit.SECONDS).body());
      }
    }
  }

  @Test
  void tenMegabytesGoDownUnchanged() throws Exception {
    byte[] large = bytes();
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readRequest();
                  connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                  for (int at = 0; at < large.length; at += 50_000) {
                    connection.send(Integer.toHexString(50_000) + "\r\n");
                    connection.socket().getOutputStream().write(large, at, 50_000);
                    connection.send("\r\n");
                  }
                  connection.send("0\r\n\r\n");
                });
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = client(Version.HTTP_2)) {
      HttpResponse<byte[]> response =
          client.send(to(gateway, "/").build(), BodyHandlers.ofByteArray());
      assertTrue(Arrays.equals(large, response.body()));
    }
  }

  @Test
  void tenMegabytesGoUpUnchanged() throws Exception {
    byte[] large = bytes();
    var received = new CompletableFuture<byte[]>();
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readHead();
                  received.complete(connection.in().readNBytes(TEN_MEGABYTES));
                  connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                });
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = client(Version.HTTP_2)) {
      HttpResponse<String> response =
          client.send(
              to(gateway, "/").POST(BodyPublishers.ofByteArray(large)).build(),
              BodyHandlers.ofString());
      assertEquals("ok", response.body());
      assertTrue(Arrays.equals(large, received.get(1, TimeUnit.SECONDS)));
    }
  }

  private static byte[] bytes() {
    byte[] large = new byte[TEN_MEGABYTES];
    new Random(7).nextBytes(large);
    return large;
  }

  @Test
  void eachTokenOfAStreamArrivesAsItIsMade() throws Exception {
    var firstSeen = new CountDownLatch(1);
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readRequest();
                  connection.send(EVENTS + "9\r\ndata: a\n\n\r\n");
                  firstSeen.await(20, TimeUnit.SECONDS);
                  connection.send("9\r\ndata: b\n\n\r\n0\r\n\r\n");
                });
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = client(Version.HTTP_2)) {
      HttpResponse<InputStream> response =
          client.send(to(gateway, "/").build(), BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        assertEquals("data: a\n\n", new String(body.readNBytes(9), UTF_8));
        firstSeen.countDown();
        assertEquals("data: b\n\n", new String(body.readAllBytes(), UTF_8));
      }
    }
  }

  @Test
  void anAnswerThatTheBackendBreaksOffDoesNotEndCleanly() throws Exception {
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readRequest();
                  connection.send(
                      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
                });
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = client(Version.HTTP_2)) {
      assertThrows(
          IOException.class, () -> client.send(to(gateway, "/").build(), BodyHandlers.ofString()));
      assertTrue(gateway.closeAndReadLog().contains("\"reason\":\"upstream_truncated\""));
    }
  }

  @Test
  void anAnswerBeforeTheBodyIsWholeReachesTheClient() throws Exception {
    try (var backend = RawBackend.ok("never");
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = client(Version.HTTP_2)) {
      byte[] tooLarge = new byte[25 << 20];
      HttpResponse<String> response =
          client.send(
              to(gateway, "/").POST(BodyPublishers.ofByteArray(tooLarge)).build(),
              BodyHandlers.ofString());
      assertEquals(413, response.statusCode());
      assertTrue(response.body().contains("\"reason\":\"body_too_large\""), response.body());
      assertEquals(0, backend.connections());
    }
  }

  @Test
  void anAnswerWithoutABodyIsOne() throws Exception {
    try (var backend =
            RawBackend.answering(
                "HTTP/1.1 204 No Content\r\nX-Own: 1\r\nContent-Length: 0\r\n\r\n");
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = client(Version.HTTP_2)) {
      HttpResponse<String> response =
          client.send(to(gateway, "/").build(), BodyHandlers.ofString());
      assertEquals(204, response.statusCode());
      assertEquals("1", response.headers().firstValue("x-own").orElseThrow());
      assertNull(response.headers().firstValue("content-length").orElse(null));
    }
  }

  @Test
  void aHeadIsAnsweredWithTheLengthAndNoBody() throws Exception {
    try (var backend = RawBackend.answering("HTTP/1.1 200 OK\r\nContent-Length: 12345\r\n\r\n");
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = client(Version.HTTP_2)) {
      for (int i = 0; i < 3; i++) {
        HttpResponse<String> response =
            client.send(to(gateway, "/").HEAD().build(), BodyHandlers.ofString());
        assertEquals(200, response.statusCode());
        assertEquals("12345", response.headers().firstValue("content-length").orElseThrow());
      }
      assertEquals(1, backend.connections());
    }
  }
}

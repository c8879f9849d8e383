package dev.penstock.ops.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages that are large are sent packed to who takes that. */
class PageServerTest {

  private static final Page LARGE =
      Page.text(200, "penstock_requests_total{service=\"ai/a\"} 1\n".repeat(1_000));

  private PageServer server;
  private HttpClient client;

  @BeforeEach
  void start() throws IOException {
    server =
        PageServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            "page",
            Optional.empty(),
            exchange ->
                exchange.getRequestURI().getPath().equals("/large")
                    ? LARGE
                    : Page.text(200, "ready\n"));
    client = HttpClient.newHttpClient();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "br, GZIP", "deflate;q=0.5, gzip;q=0.8", "gzip; q=1.0"})
  void whoTakesGzipGetsIt(String accepted) throws Exception {
    HttpResponse<byte[]> response = get("GET", "/large", accepted);
    assertEquals("gzip", response.headers().firstValue("Content-Encoding").orElseThrow());
    assertTrue(response.body().length < LARGE.body().length / 20);
    try (var unpacked = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
      assertArrayEquals(LARGE.body(), unpacked.readAllBytes());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "identity", "gzip;q=0", "gzip;q=0.00", "xgzip", "*;q=0"})
  void whoDoesNotGetsThePageAsItIs(String accepted) throws Exception {
    HttpResponse<byte[]> response = get("GET", "/large", accepted);
    assertEquals(Optional.empty(), response.headers().firstValue("Content-Encoding"));
    assertEquals("Accept-Encoding", response.headers().firstValue("Vary").orElseThrow());
    assertArrayEquals(LARGE.body(), response.body());
  }

  @Test
  void whatIsSmallAndWhatHasNoBodyIsNotPacked() throws Exception {
    assertEquals("ready\n", new String(get("GET", "/", "gzip").body(), UTF_8));
    HttpResponse<byte[]> head = get("HEAD", "/large", "gzip");
    assertEquals(0, head.body().length);
    assertEquals(LARGE.body().length, head.headers().firstValueAsLong("Content-Length").orElse(-1));
  }

  private HttpResponse<byte[]> get(String method, String path, String accepted) throws Exception {
    var address = "http://127.0.0.1:" + server.address().getPort() + path;
    var request =
        HttpRequest.newBuilder(URI.create(address)).method(method, BodyPublishers.noBody());
    if (!accepted.isEmpty()) {
      request.header("Accept-Encoding", accepted);
    }
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }
}

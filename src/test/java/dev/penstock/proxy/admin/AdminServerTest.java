package dev.penstock.proxy.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.ops.ProxyMetrics;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AdminServerTest {
  private final ProxyMetrics metrics = new ProxyMetrics();
  private final AtomicReference<Readiness> readiness =
      new AtomicReference<>(new Readiness(true, List.of("serving 5 services")));
  private final AtomicReference<Supplier<String>> config =
      new AtomicReference<>(() -> "{\"listeners\":[]}");
  private AdminServer server;

  @BeforeEach
  void start() throws IOException {
    var free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    server = AdminServer.start(free, readiness::get, () -> config.get().get(), metrics);
  }

  @AfterEach
  void stop() {
    server.close();
    metrics.close();
  }

  @Test
  void theLivingProcessIsHealthy() throws IOException {
    var answer = get("/healthz");
    assertStatus(200, answer);
    assertHas("Content-type: text/plain; charset=utf-8", answer);
    assertEquals("ok\n", body(answer));
  }

  @Test
  void readinessFollowsItsSourceAndSaysWhy() throws IOException {
    var ready = get("/readyz");
    assertStatus(200, ready);
    assertEquals("ready\nserving 5 services\n", body(ready));
    readiness.set(new Readiness(false, List.of("draining", "2 requests left")));
    var draining = get("/readyz");
    assertStatus(503, draining);
    assertEquals("not ready\ndraining\n2 requests left\n", body(draining));
  }

  @Test
  void metricsComeInThePrometheusFormatUnlessOpenMetricsIsAccepted() throws IOException {
    metrics.upstreamConnectionOpened();
    var text = get("/metrics");
    assertStatus(200, text);
    assertHas("Content-type: text/plain; version=0.0.4; charset=utf-8", text);
    assertTrue(body(text).contains("\npenstock_upstream_connections_opened_total 1.0\n"));
    var open = send("GET /metrics HTTP/1.1", "Accept: application/openmetrics-text");
    assertHas("Content-type: application/openmetrics-text; version=1.0.0; charset=utf-8", open);
    assertTrue(body(open).endsWith("# EOF\n"));
  }

  @Test
  void theConfigurationIsJson() throws IOException {
    var answer = get("/config");
    assertStatus(200, answer);
    assertHas("Content-type: application/json", answer);
    assertHas("Cache-control: no-store", answer);
    assertEquals("{\"listeners\":[]}", body(answer));
  }

  @Test
  void theIndexListsThePages() throws IOException {
    var answer = get("/?x=1");
    assertStatus(200, answer);
    assertTrue(body(answer).contains("/readyz"));
  }

  @Test
  void anythingElseIsNotFound() throws IOException {
    for (var path : List.of("/nope", "/healthz/", "/healthz/x", "//healthz", "/%68ealthz")) {
      assertStatus(404, get(path));
    }
  }

  @Test
  void headAnswersWithTheLengthAlone() throws IOException {
    var answer = send("HEAD /healthz HTTP/1.1");
    assertStatus(200, answer);
    assertHas("Content-length: 3", answer);
    assertEquals("", body(answer));
  }

  @Test
  void otherMethodsAreRefused() throws IOException {
    for (var method : List.of("POST", "PUT", "DELETE", "OPTIONS", "get")) {
      var answer = send(method + " /healthz HTTP/1.1", "Content-Length: 0");
      assertStatus(405, answer);
      assertHas("Allow: GET, HEAD", answer);
    }
  }

  @Test
  void aSourceThatFailsIsA500AndTheNextRequestIsServed() throws IOException {
    config.set(
        () -> {
          throw new IllegalStateException("secret detail");
        });
    var answer = get("/config");
    assertStatus(500, answer);
    assertFalse(answer.contains("secret detail"));
    assertStatus(200, get("/healthz"));
  }

  @Test
  void headersBeyondTheBoundAreNotTaken() throws IOException {
    assertStatus(200, send("GET /healthz HTTP/1.1", "X-Long: " + "x".repeat(10_000)));
    var answer = answerUnlessReset("X-Long: " + "x".repeat(20_000));
    assertFalse(answer.startsWith("HTTP/1.1 200"), answer);
    assertStatus(200, get("/healthz"));
  }

  @Test
  void aConnectionServesSeveralRequests() throws IOException {
    try (var socket = connect()) {
      for (int i = 0; i < 3; i++) {
        write(socket, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
        var answer = new StringBuilder();
        while (!answer.toString().endsWith("\r\n\r\nok\n")) {
          answer.append((char) socket.getInputStream().read());
        }
        assertStatus(200, answer.toString());
      }
    }
  }

  @Test
  void aClientThatSendsNothingHoldsNobodyUp() throws IOException {
    var silent = new ArrayList<Socket>();
    try {
      for (int i = 0; i < 20; i++) {
        silent.add(connect());
        write(silent.getLast(), "GET /hea");
      }
      assertStatus(200, get("/healthz"));
    } finally {
      for (var socket : silent) {
        socket.close();
      }
    }
  }

  @Test
  void scrapesAtOnceAllSucceed() throws InterruptedException {
    var answers = new ConcurrentLinkedQueue<String>();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < 8; i++) {
      threads.add(Thread.ofVirtual().start(() -> answers.add(getUnchecked("/metrics"))));
    }
    for (var thread : threads) {
      thread.join();
    }
    assertEquals(8, answers.stream().filter(a -> a.startsWith("HTTP/1.1 200 ")).count());
  }

  @Test
  void closingFreesThePort() throws IOException {
    var address = server.address();
    server.close();
    assertThrows(ConnectException.class, () -> new Socket(address.getAddress(), address.getPort()));
    AdminServer.start(address, readiness::get, () -> "{}", metrics).close();
  }

  @Test
  void aTakenPortIsAnError() {
    assertThrows(
        IOException.class,
        () -> AdminServer.start(server.address(), readiness::get, () -> "{}", metrics));
  }

  /** The server closes with unread bytes, so the answer may be lost to a reset. */
  private String answerUnlessReset(String field) throws IOException {
    try {
      return send("GET /healthz HTTP/1.1", field);
    } catch (SocketException e) {
      return "";
    }
  }

  private String getUnchecked(String path) {
    try {
      return get(path);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private String get(String path) throws IOException {
    return send("GET " + path + " HTTP/1.1");
  }

  /** Sends a request and reads until the server closes. */
  private String send(String requestLine, String... fields) throws IOException {
    try (var socket = connect()) {
      var request = new StringBuilder(requestLine).append("\r\nHost: x\r\nConnection: close\r\n");
      for (var field : fields) {
        request.append(field).append("\r\n");
      }
      write(socket, request.append("\r\n").toString());
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private Socket connect() throws IOException {
    var socket = new Socket(server.address().getAddress(), server.address().getPort());
    socket.setSoTimeout(30_000);
    return socket;
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void assertStatus(int status, String answer) {
    assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
  }

  private static void assertHas(String field, String answer) {
    assertTrue(answer.contains("\r\n" + field + "\r\n"), answer);
  }

  private static String body(String answer) {
    return answer.substring(answer.indexOf("\r\n\r\n") + 4);
  }
}

package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A proxy with one service at {@code /a} and a backend that notes each whole request. An attack
 * goes to {@code /a/attack} and has a request for {@code /a/smuggled} behind it.
 */
final class Arena implements AutoCloseable {

  static final String SMUGGLED = "GET /a/smuggled HTTP/1.1\r\nHost: h\r\n\r\n";
  private static final String GOOD = "GET /a/good HTTP/1.1\r\nHost: h\r\n\r\n";

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final RawBackend backend;
  private final RunningGateway gateway;

  Arena() {
    this("", "");
  }

  /**
   * @param gateway further fields of the gateway's spec, each with a comma before it
   * @param service likewise of the service's
   */
  Arena(String gateway, String service) {
    backend = new RawBackend(this::answerAll);
    this.gateway =
        RunningGateway.serving(
            """
            apiVersion: penstock.dev/v1alpha1
            kind: AIGateway
            metadata: {name: default, namespace: ai}
            spec: {tls: {mode: Disabled}%s}
            ---
            apiVersion: penstock.dev/v1alpha1
            kind: AIService
            metadata: {name: a, namespace: ai}
            spec: {path: /a, backend: {url: "http://127.0.0.1:%d"}%s}
            """
                .formatted(gateway, backend.port(), service));
  }

  private void answerAll(RawBackend.Connection connection) throws IOException {
    for (String request = connection.readRequest();
        request != null && isWhole(request);
        request = connection.readRequest()) {
      requests.add(request);
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
    }
  }

  private static boolean isWhole(String request) {
    String lower = request.toLowerCase(Locale.ROOT);
    int at = lower.indexOf("\r\ncontent-length: ");
    if (at < 0) {
      return !lower.contains("\r\ntransfer-encoding: chunked") || request.endsWith("\r\n0\r\n\r\n");
    }
    int start = at + "\r\ncontent-length: ".length();
    int length = Integer.parseInt(lower.substring(start, lower.indexOf("\r\n", start)).strip());
    return request.length() - request.indexOf("\r\n\r\n") - 4 == length;
  }

  RunningGateway gateway() {
    return gateway;
  }

  RawBackend backend() {
    return backend;
  }

  /** The requests that reached the backend whole. */
  List<String> requests() {
    return requests;
  }

  RawClient client() {
    return new RawClient(gateway.httpPort());
  }

  /** The head is refused however it comes, nothing of it or behind it gets any further. */
  void refuses(int status, String attack) {
    for (Delivery delivery : Delivery.values()) {
      refuses(status, attack, delivery);
      assertFalse(backend.received().contains("/attack"), () -> delivery + backend.received());
    }
  }

  /** The body is refused however it comes; the backend never has a whole request of it. */
  void refusesBody(int status, String attack) {
    for (Delivery delivery : Delivery.values()) {
      refuses(status, attack, delivery);
    }
  }

  private void refuses(int status, String attack, Delivery delivery) {
    String about = delivery + ": " + attack;
    Outcome outcome = send(attack + SMUGGLED, delivery);
    boolean behind = delivery == Delivery.BEHIND_A_GOOD_REQUEST;
    List<Integer> expected = behind ? List.of(200, status) : List.of(status);
    assertEquals(expected, outcome.responses().stream().map(RawResponse::status).toList(), about);
    RawResponse refusal = outcome.responses().getLast();
    assertTrue(refusal.complete(), about);
    assertEquals("close", refusal.header("connection").orElse(""), about);
    assertFalse(backend.received().contains("smuggled"), about);
    assertTrue(requests.stream().noneMatch(request -> request.contains("/attack")), about);
  }

  /** Sends it and reads to the end of the connection. */
  Outcome send(String bytes, Delivery delivery) {
    try (RawClient client = client()) {
      switch (delivery) {
        case WHOLE -> client.send(bytes);
        case BYTE_BY_BYTE -> sendBytes(client, bytes);
        case BEHIND_A_GOOD_REQUEST -> client.send(GOOD + bytes);
      }
      return Outcome.of(client);
    }
  }

  private static void sendBytes(RawClient client, String bytes) {
    try {
      for (int i = 0; i < bytes.length(); i++) {
        client.socket().getOutputStream().write(bytes.charAt(i));
      }
    } catch (IOException e) {
      // The proxy has heard enough; its answer is there to be read.
    }
  }

  /** Sends a request whose connection stays open; asserts 200, and gives what the backend got. */
  String passes(String request) {
    try (RawClient client = client()) {
      int before = requests.size();
      assertEquals(200, client.send(request).read().status(), request);
      assertEquals(200, client.send(GOOD).read().status(), request);
      assertEquals(before + 2, requests.size(), request);
      return requests.get(before);
    }
  }

  @Override
  public void close() {
    gateway.close();
    backend.close();
  }
}

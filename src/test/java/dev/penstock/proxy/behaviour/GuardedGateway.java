package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;

/**
 * A gateway with an auth service and a backend behind {@code /llm}, and what must hold after an
 * attack on it: of the answer, of the connection, and of the bytes that went on.
 */
final class GuardedGateway implements AutoCloseable {

  /** The key that {@link #keyed} knows. */
  static final String KEY = "good-key-4711";

  private static final String YES = "HTTP/1.1 204 No Content\r\n\r\n";
  private static final String NO =
      "HTTP/1.1 401 No\r\nWWW-Authenticate: Key realm=\"ai\"\r\nContent-Length: 0\r\n\r\n";

  private static final String PROPER =
      "GET /llm/proper HTTP/1.1\r\nHost: h\r\nX-API-Key: " + KEY + "\r\n\r\n";

  private final RawBackend auth;
  private final RawBackend backend;
  private final RunningGateway gateway;

  private GuardedGateway(String manifests, RawBackend auth, RawBackend backend) {
    this.auth = auth;
    this.backend = backend;
    this.gateway = RunningGateway.serving(filled(manifests));
  }

  /** Manifests with AUTH and BACKEND for the two ports; an auth service that knows one key. */
  static GuardedGateway serving(String manifests) {
    return serving(manifests, keyed());
  }

  static GuardedGateway serving(String manifests, RawBackend auth) {
    return serving(manifests, auth, RawBackend.ok("hello"));
  }

  static GuardedGateway serving(String manifests, RawBackend auth, RawBackend backend) {
    return new GuardedGateway(manifests, auth, backend);
  }

  /** 204 to whom carries the key in X-API-Key or as a bearer token, else 401. */
  static RawBackend keyed() {
    return new RawBackend(
        connection -> {
          for (var head = connection.readHead(); head != null; head = connection.readHead()) {
            boolean known =
                head.contains("\r\nX-API-Key: " + KEY + "\r\n")
                    || head.contains("\r\nAuthorization: Bearer " + KEY + "\r\n");
            connection.send(known ? YES : NO);
          }
        });
  }

  String filled(String manifests) {
    return manifests
        .replace("AUTH", Integer.toString(auth.port()))
        .replace("BACKEND", Integer.toString(backend.port()));
  }

  RunningGateway gateway() {
    return gateway;
  }

  RawBackend auth() {
    return auth;
  }

  RawBackend backend() {
    return backend;
  }

  RawClient client() {
    return new RawClient(gateway.httpPort());
  }

  /** Sends one request on a connection of its own. */
  RawResponse ask(String request) {
    try (var client = client()) {
      return client.send(request).read();
    }
  }

  /** How many sub-requests the auth service has seen. */
  int asked() {
    return requests(auth);
  }

  /** How many requests have reached that backend. */
  static int requests(RawBackend of) {
    return of.received().split(" HTTP/1\\.1\r\n", -1).length - 1;
  }

  /** Nothing of the attack reaches anyone, and nothing behind it on its connection is read. */
  RawResponse refusesAndCloses(int status, String attack) {
    try (var client = client()) {
      RawResponse response = client.send(attack + PROPER).read();
      assertEquals(status, response.status(), attack);
      assertEquals("close", response.header("connection").orElse(""), attack);
      assertTrue(client.endsWithin(Duration.ofSeconds(2)), "closed after " + attack);
      assertEquals("", backend.received(), attack);
      assertEquals("", auth.received(), attack);
      return response;
    }
  }

  /** Nothing of the attack reaches anyone, and the next request is served as if it were first. */
  RawResponse refusesAndKeeps(int status, String attack) {
    RawResponse response = deniesAndKeeps(status, attack, 0);
    assertEquals(1, asked(), "only the proper request is asked about after " + attack);
    return response;
  }

  /**
   * The backend sees nothing of the attack, and the next request is served as if it were first.
   *
   * @param asked how many sub-requests the attack itself may cause
   */
  RawResponse deniesAndKeeps(int status, String attack, int asked) {
    try (var client = client()) {
      RawResponse response = client.send(attack).read();
      assertEquals(status, response.status(), attack);
      assertTrue(response.complete());
      assertTrue(response.header("connection").isEmpty(), "kept after " + attack);
      assertEquals("", backend.received(), attack);
      assertEquals(asked, asked(), attack);
      RawResponse proper = client.send(PROPER).read();
      assertEquals(200, proper.status(), attack);
      assertEquals("hello", proper.text(), attack);
      assertTrue(backend.received().startsWith("GET /proper HTTP/1.1\r\n"), backend.received());
      assertEquals(1, requests(backend), attack);
      return response;
    }
  }

  @Override
  public void close() {
    gateway.close();
    auth.close();
    backend.close();
  }
}

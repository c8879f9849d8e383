package dev.penstock.proxy.behaviour;

import java.util.Locale;

/** A gateway whose one service, at {@code /a}, is a backend that a test scripts. */
final class UpgradeArena implements AutoCloseable {

  static final String ASK =
      "GET /a/talk HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: %s\r\n"
          + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

  static final String SWITCHED =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: %s\r\n\r\n";

  static final String WEBSOCKET = ASK.formatted("websocket");
  static final String OTHER = ASK.formatted("echo/1");

  private final RawBackend backend;
  private final String manifests;
  private final RunningGateway gateway;

  /** The backend does as scripted. */
  UpgradeArena(RawBackend.Script script) {
    this("", script);
  }

  /**
   * @param service further fields of the service's spec, each with a comma before it
   */
  UpgradeArena(String service, RawBackend.Script script) {
    backend = new RawBackend(script);
    manifests =
        """
        apiVersion: penstock.dev/v1alpha1
        kind: AIGateway
        metadata: {name: default, namespace: ai}
        spec: {tls: {mode: Disabled}, proxy: {drainTimeout: 1s}}
        ---
        apiVersion: penstock.dev/v1alpha1
        kind: AIService
        metadata: {name: a, namespace: ai}
        spec: {path: /a, backend: {url: "http://127.0.0.1:%d"}%s}
        """
            .formatted(backend.port(), service);
    gateway = RunningGateway.serving(manifests);
  }

  /** Takes the first upgrade, then sends back all that it gets until the client ends. */
  static void echo(RawBackend.Connection connection) throws Exception {
    String head = connection.readHead();
    String lower = head.toLowerCase(Locale.ROOT);
    int at = lower.indexOf("\r\nupgrade: ") + "\r\nupgrade: ".length();
    connection.send(SWITCHED.formatted(head.substring(at, head.indexOf("\r\n", at))));
    connection.in().transferTo(connection.socket().getOutputStream());
  }

  RunningGateway gateway() {
    return gateway;
  }

  RawBackend backend() {
    return backend;
  }

  String manifests() {
    return manifests;
  }

  RawClient client() {
    return new RawClient(gateway.httpPort());
  }

  /** A client whose upgrade was taken. */
  RawClient tunnel(String ask) {
    RawClient client = client().send(ask);
    String head = client.readUntil("\r\n\r\n");
    if (!head.startsWith("HTTP/1.1 101 ")) {
      throw new AssertionError(head);
    }
    return client;
  }

  @Override
  public void close() {
    gateway.close();
    backend.close();
  }
}

package dev.penstock.proxy.behaviour;

/** A gateway over TLS whose one service is a backend that speaks HTTP/2 in plain text. */
final class H2cArena implements AutoCloseable {

  private final RawBackend backend;
  private final RunningGateway gateway;
  private final RunningGateway plain;

  /** The backend does as scripted. */
  H2cArena(RawBackend.Script script) {
    this("", script);
  }

  /**
   * @param service further fields of the service's spec, each with a comma before it
   */
  H2cArena(String service, RawBackend.Script script) {
    backend = new RawBackend(script);
    String manifests =
        """
        apiVersion: penstock.dev/v1alpha1
        kind: AIGateway
        metadata: {name: default, namespace: ai}
        spec: {}
        ---
        apiVersion: penstock.dev/v1alpha1
        kind: AIService
        metadata: {name: grpc, namespace: ai}
        spec: {path: /, backend: {url: "http://127.0.0.1:%d", protocol: H2C}%s}
        """
            .formatted(backend.port(), service);
    gateway = RunningGateway.serving(manifests);
    plain = RunningGateway.serving(manifests.replace("spec: {}", "spec: {tls: {mode: Disabled}}"));
  }

  RawBackend backend() {
    return backend;
  }

  RunningGateway gateway() {
    return gateway;
  }

  Http2Client client(int... settings) {
    return new Http2Client(gateway.httpsPort(), settings);
  }

  /** A client of HTTP/1.1, without TLS. */
  RawClient http1() {
    return new RawClient(plain.httpPort());
  }

  @Override
  public void close() {
    gateway.close();
    plain.close();
    backend.close();
  }
}

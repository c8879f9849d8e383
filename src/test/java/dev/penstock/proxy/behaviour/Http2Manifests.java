package dev.penstock.proxy.behaviour;

/** What the tests of HTTP/2 serve: everything, to one backend, over TLS. */
final class Http2Manifests {

  private Http2Manifests() {}

  static String serving(RawBackend backend) {
    return serving(backend, "");
  }

  /**
   * The same with limits.
   *
   * @param limits in YAML flow style, without braces
   */
  static String serving(RawBackend backend, String limits) {
    return """
        apiVersion: penstock.dev/v1alpha1
        kind: AIGateway
        metadata: {name: default, namespace: ai}
        spec: {limits: {%s}}
        ---
        apiVersion: penstock.dev/v1alpha1
        kind: AIService
        metadata: {name: any, namespace: ai}
        spec: {path: /, backend: {url: "http://127.0.0.1:%d"}, maxBodySize: 20Mi}
        """
        .formatted(limits, backend.port());
  }
}

package dev.penstock.cli;

/** Manifests that the tests of commands start from. */
final class Manifests {

  static final String GATEWAY =
      """
      apiVersion: penstock.dev/v1alpha1
      kind: AIGateway
      metadata: {name: default, namespace: ai}
      spec:
        auth:
          mode: External
          external: {url: "http://127.0.0.1:8080/internal/auth", requestHeaders: [X-API-Key]}
      ---
      """;

  static final String STT =
      """
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: whisper-stt, namespace: ai}
      spec:
        path: /stt
        backend: {url: "http://127.0.0.1:9011"}
        rateLimit: {rate: 6r/m, burst: 3}
      ---
      """;

  static final String OPEN =
      """
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: chromadb, namespace: ai}
      spec:
        path: /vectors
        rewrite: /api
        backend: {url: "http://127.0.0.1:8000"}
        maxBodySize: "0"
        auth: {mode: None}
      ---
      """;

  private Manifests() {}
}

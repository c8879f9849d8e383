package dev.penstock.ops;

/** Facts of a made-up request; the tests change what matters to them. */
record Facts(
    long startedAtMillis,
    long durationNanos,
    CharSequence method,
    CharSequence path,
    CharSequence host,
    String service,
    int status,
    String reason,
    CharSequence client,
    String requestId,
    long requestBytes,
    long responseBytes,
    long firstByteNanos,
    CharSequence upstreamAddress,
    String keyId,
    boolean wouldLimit,
    boolean secure,
    String httpVersion,
    CharSequence userAgent)
    implements RequestFacts {

  @Override
  public String detail() {
    return "";
  }

  @Override
  public int queuePosition() {
    return -1;
  }

  @Override
  public long queuedNanos() {
    return -1;
  }

  /** A transcription that went well: 2026-01-02T03:04:05.006Z, 1.5 s, first byte after 250 ms. */
  static Facts plain() {
    return new Facts(
        1_767_323_045_006L,
        1_500_000_000L,
        "POST",
        "/stt/v1/audio/transcriptions",
        "ai.example.com",
        "ai/whisper-stt",
        200,
        "none",
        "192.0.2.7",
        "0f8fad5bd9cb469fa16570867728950e",
        48_213,
        1_204,
        250_000_000L,
        "10.1.2.3:9011",
        "",
        false,
        true,
        "1.1",
        "OpenAI/Python 1.99.1");
  }

  Facts withText(String method, String path, String host, String userAgent) {
    return new Facts(
        startedAtMillis,
        durationNanos,
        method,
        path,
        host,
        service,
        status,
        reason,
        client,
        requestId,
        requestBytes,
        responseBytes,
        firstByteNanos,
        upstreamAddress,
        keyId,
        wouldLimit,
        secure,
        httpVersion,
        userAgent);
  }

  Facts withPath(String path) {
    return withText("GET", path, "ai.example.com", "curl/8.9.1");
  }

  Facts withOutcome(int status, String reason, long firstByteNanos, boolean wouldLimit) {
    return new Facts(
        startedAtMillis,
        durationNanos,
        method,
        path,
        host,
        service,
        status,
        reason,
        client,
        requestId,
        requestBytes,
        responseBytes,
        firstByteNanos,
        upstreamAddress,
        keyId,
        wouldLimit,
        false,
        httpVersion,
        userAgent);
  }

  /** Every field at its worst: long, and each character escaped. */
  static Facts hostile() {
    String evil = "\u0001".repeat(70_000);
    return new Facts(
        Long.MIN_VALUE / 1_000_000,
        Long.MAX_VALUE,
        evil,
        evil,
        evil,
        evil,
        Integer.MIN_VALUE,
        evil,
        evil,
        evil,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        evil,
        evil,
        true,
        true,
        evil,
        evil);
  }
}

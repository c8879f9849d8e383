package dev.penstock.ops;

import java.nio.charset.StandardCharsets;

/** The order and the bounds of an access log line's fields. Not for several threads. */
final class AccessLine {
  /** As long as a request line may be by default, so that paths are whole. */
  private static final int PATH_LIMIT = 8192;

  private static final int USER_AGENT_LIMIT = 512;

  /** For what comes from the configuration, or is bounded where it is read. */
  private static final int LIMIT = 320;

  private static final byte[] TIME = json("{\"time\":\"");
  private static final byte[] REQUEST_ID = json("\",\"request_id\":\"");
  private static final byte[] CLIENT = json("\",\"client\":\"");
  private static final byte[] METHOD = json("\",\"method\":\"");
  private static final byte[] HOST = json("\",\"host\":\"");
  private static final byte[] PATH = json("\",\"path\":\"");
  private static final byte[] SERVICE = json("\",\"service\":\"");
  private static final byte[] STATUS = json("\",\"status\":");
  private static final byte[] REASON = json(",\"reason\":\"");
  private static final byte[] DETAIL = json("\",\"detail\":\"");
  private static final byte[] DURATION = json("\",\"duration_ms\":");
  private static final byte[] FIRST_BYTE = json(",\"first_byte_ms\":");
  private static final byte[] NULL = json("null");
  private static final byte[] QUEUE_POSITION = json(",\"queue_position\":");
  private static final byte[] QUEUE = json(",\"queue_ms\":");
  private static final byte[] REQUEST_BYTES = json(",\"request_bytes\":");
  private static final byte[] RESPONSE_BYTES = json(",\"response_bytes\":");
  private static final byte[] UPSTREAM = json(",\"upstream\":\"");
  private static final byte[] KEY = json("\",\"key\":\"");
  private static final byte[] DRY_RUN_TLS = json("\",\"dry_run_limited\":true,\"tls\":true");
  private static final byte[] DRY_RUN_PLAIN = json("\",\"dry_run_limited\":true,\"tls\":false");
  private static final byte[] TLS = json("\",\"tls\":true");
  private static final byte[] PLAIN = json("\",\"tls\":false");
  private static final byte[] HTTP_VERSION = json(",\"http_version\":\"");
  private static final byte[] USER_AGENT = json("\",\"user_agent\":\"");
  private static final byte[] END = json("\"}\n");

  private final JsonLine line = new JsonLine();
  private final Timestamp time = new Timestamp();

  /** The line with its end; valid until the next call. */
  JsonLine encode(RequestFacts facts) {
    line.clear();
    encodeRequest(facts);
    encodeAnswer(facts);
    encodeConnection(facts);
    return line;
  }

  private void encodeRequest(RequestFacts facts) {
    line.raw(TIME);
    time.write(facts.startedAtMillis(), line);
    text(REQUEST_ID, facts.requestId(), LIMIT);
    text(CLIENT, facts.client(), LIMIT);
    text(METHOD, facts.method(), LIMIT);
    text(HOST, facts.host(), LIMIT);
    text(PATH, facts.path(), PATH_LIMIT);
    text(SERVICE, facts.service(), LIMIT);
  }

  private void encodeAnswer(RequestFacts facts) {
    number(STATUS, facts.status());
    text(REASON, facts.reason(), LIMIT);
    if (!facts.detail().isEmpty()) {
      text(DETAIL, facts.detail(), LIMIT);
    }
    line.raw(DURATION);
    line.millis(facts.durationNanos());
    line.raw(FIRST_BYTE);
    if (facts.firstByteNanos() < 0) {
      line.raw(NULL);
    } else {
      line.millis(facts.firstByteNanos());
    }
    if (facts.queuePosition() >= 0) {
      number(QUEUE_POSITION, facts.queuePosition());
      line.raw(QUEUE);
      line.millis(facts.queuedNanos());
    }
    number(REQUEST_BYTES, facts.requestBytes());
    number(RESPONSE_BYTES, facts.responseBytes());
  }

  private void encodeConnection(RequestFacts facts) {
    text(UPSTREAM, facts.upstreamAddress(), LIMIT);
    text(KEY, facts.keyId(), LIMIT);
    if (facts.wouldLimit()) {
      line.raw(facts.secure() ? DRY_RUN_TLS : DRY_RUN_PLAIN);
    } else {
      line.raw(facts.secure() ? TLS : PLAIN);
    }
    text(HTTP_VERSION, facts.httpVersion(), LIMIT);
    text(USER_AGENT, facts.userAgent(), USER_AGENT_LIMIT);
    line.raw(END);
  }

  private void text(byte[] name, CharSequence value, int limit) {
    line.raw(name);
    line.text(value, limit);
  }

  private void number(byte[] name, long value) {
    line.raw(name);
    line.number(value);
  }

  private static byte[] json(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}

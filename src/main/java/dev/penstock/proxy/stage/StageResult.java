package dev.penstock.proxy.stage;

import java.util.List;
import java.util.Map;

/** What a stage decided. */
public sealed interface StageResult {

  /** The next stage may ask. */
  StageResult CONTINUE = new Continue();

  /** The stage decides later: it waits for an answer or lets the request wait. */
  StageResult PENDING = new Pending();

  /** The proxy ends, and the request with it. */
  Respond DRAINED = new Respond(503, Reason.DRAINED, "the gateway is stopping");

  /** The request passes. */
  record Continue() implements StageResult {}

  /** The decision follows. */
  record Pending() implements StageResult {}

  /**
   * The request is answered here.
   *
   * @param detail one sentence for the client
   * @param fields response fields beside the usual ones
   */
  record Respond(int status, Reason reason, String detail, List<Map.Entry<String, String>> fields)
      implements StageResult {

    public Respond(int status, Reason reason, String detail) {
      this(status, reason, detail, List.of());
    }
  }
}

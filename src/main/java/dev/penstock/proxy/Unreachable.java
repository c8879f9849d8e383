package dev.penstock.proxy;

import dev.penstock.model.Upstream;
import dev.penstock.proxy.stage.Reason;
import dev.penstock.proxy.stage.StageResult;
import dev.penstock.proxy.upstream.UpstreamFailure;

/** What it means that no address of a backend took a connection, and what a client is told. */
enum Unreachable {
  /** It refuses, or its name has no address. */
  REFUSED(502, Reason.UPSTREAM_UNREACHABLE, "the backend cannot be reached"),

  /** It takes no part of a connection for seconds: it is away rather than not up yet. */
  AWAY(504, Reason.UPSTREAM_CONNECT_TIMEOUT, "the backend did not take the connection in time"),

  /** As was to be expected: nobody behind its Service is ready (Gateway API's 503, and nginx's). */
  NOT_READY(503, Reason.BACKEND_NOT_READY, "no address of the backend is ready");

  private final int status;
  private final Reason reason;
  private final String detail;

  Unreachable(int status, Reason reason, String detail) {
    this.status = status;
    this.reason = reason;
    this.detail = detail;
  }

  static Unreachable of(Upstream upstream, UpstreamFailure failure) {
    if (upstream.isIdle()) {
      return NOT_READY;
    }
    return failure == UpstreamFailure.CONNECT_TIMEOUT ? AWAY : REFUSED;
  }

  StageResult.Respond answer() {
    return new StageResult.Respond(status, reason, detail);
  }
}

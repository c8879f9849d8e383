package dev.penstock.proxy.stage;

import java.util.Locale;

/**
 * Why a request was not simply forwarded and answered: the same word in access log, metric label
 * and problem document.
 */
public enum Reason {
  /** Forwarded and answered by the backend. */
  NONE,
  /** Malformed or ambiguous: 400, 414, 417, 431, 501, 505. */
  BAD_REQUEST,
  METHOD_NOT_ALLOWED,
  HTTPS_REDIRECT,
  NO_ROUTE,
  /** A browser asked whether its page may call the service. */
  PREFLIGHT,
  /** The same, and the page may not. */
  ORIGIN_NOT_ALLOWED,
  BODY_TOO_LARGE,
  RATE_LIMITED,
  LIMITER_UNAVAILABLE,
  /** There is no memory for more. */
  OVERLOADED,
  UNAUTHORIZED,
  FORBIDDEN,
  AUTH_UNAVAILABLE,
  /** As many requests as may wait for the backend do. */
  QUEUE_FULL,
  /** The request waited for the backend as long as it may. */
  QUEUE_TIMEOUT,
  /** Who may be at the backend is counted elsewhere, and that is away. */
  QUEUE_UNAVAILABLE,
  /** The permit to be at the backend could not be kept. */
  PERMIT_LOST,
  /** The client did not finish its headers in time. */
  HEADER_TIMEOUT,
  /** The client did not go on with its body in time. */
  BODY_TIMEOUT,
  /** The client left before the answer was whole. */
  CLIENT_CLOSED,
  /** The client did not take its answer in time. */
  CLIENT_STALLED,
  /** The route has no backend: what it names is not there. */
  BACKEND_MISSING,
  /** No address of the Service that is the backend is ready, and its name leads nowhere. */
  BACKEND_NOT_READY,
  UPSTREAM_UNREACHABLE,
  UPSTREAM_CONNECT_TIMEOUT,
  /** The backend said that it is not up yet, for as long as the queue waits. */
  UPSTREAM_STARTING,
  /** No first byte in time. */
  UPSTREAM_TIMEOUT,
  /** The backend closed before a byte of its answer. */
  UPSTREAM_CLOSED,
  /** The backend's answer is not HTTP. */
  UPSTREAM_INVALID,
  /** The backend ended within its answer. */
  UPSTREAM_TRUNCATED,
  /** The backend stopped within its answer or takes no more of the request. */
  UPSTREAM_STALLED,
  /** Neither side of an upgraded connection sent or took anything in time. */
  TUNNEL_IDLE,
  /** The request as a whole took longer than its route allows. */
  REQUEST_TIMEOUT,
  /** The proxy stopped before the answer was whole. */
  DRAINED;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** The word for log, metric and document. */
  public String label() {
    return label;
  }
}

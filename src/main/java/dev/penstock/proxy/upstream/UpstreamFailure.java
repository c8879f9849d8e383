package dev.penstock.proxy.upstream;

/** Why a backend gave no whole answer. */
public enum UpstreamFailure {
  /** No address: the name does not resolve. */
  UNRESOLVED,
  /** No address took the connection, or TLS to it failed. */
  REFUSED,
  /** No address took the connection in time. */
  CONNECT_TIMEOUT,
  /** The backend has told that it has not begun (RFC 9113 section 8.7): safe to send again. */
  NOT_PROCESSED,
  /** The connection ended before a byte of the answer. */
  CLOSED_EARLY,
  /** The connection ended within the answer. */
  TRUNCATED,
  /** What came is not HTTP. */
  GARBAGE
}

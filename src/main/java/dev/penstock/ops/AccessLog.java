package dev.penstock.ops;

import java.io.OutputStream;

/**
 * One JSON object a line for each request that has ended. The field names are stable:
 *
 * <pre>
 * time             when the request began, RFC 3339, UTC, milliseconds
 * request_id       the X-Request-Id that the backend saw
 * client           the client's address
 * method, host, path   as routed: lower-case host, canonical path without query
 * service          namespace/name, or empty when no route matched
 * status, reason   the answer and why; "none" for a plain one
 * duration_ms      until the last byte, three decimals
 * first_byte_ms    until the backend's first byte; null when there was none
 * request_bytes, response_bytes   of the bodies
 * upstream         the backend's address and port, or empty
 * key              whose API key it was, or empty
 * dry_run_limited  true when a limit in dry run would have refused; absent otherwise
 * tls              whether the client came by TLS
 * http_version     1.0, 1.1 or 2
 * user_agent       cut at 512 characters
 * </pre>
 */
public sealed interface AccessLog extends AutoCloseable permits JsonAccessLog, SilentAccessLog {

  /**
   * Writes one line, soon and by another thread. Never blocks: a line that does not fit because the
   * output is not read fast enough is dropped and counted.
   */
  void log(RequestFacts facts);

  /** How many lines were dropped since the start. */
  long dropped();

  /** Writes out what was logged and stops; the output stays open. Later lines are dropped. */
  @Override
  void close();

  /** A log that writes nothing. */
  static AccessLog off() {
    return SilentAccessLog.INSTANCE;
  }

  /**
   * Logs to an output that the log's own thread alone writes to.
   *
   * @param out must report its errors, as a file or socket stream does and a PrintStream does not;
   *     a buffer of its own is of no use, lines come to it in batches
   */
  static AccessLog to(OutputStream out) {
    return JsonAccessLog.start(out);
  }
}

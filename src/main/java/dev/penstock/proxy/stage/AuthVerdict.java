package dev.penstock.proxy.stage;

import io.netty.util.AsciiString;
import java.util.List;
import java.util.Map;

/** What an auth service answered to a sub-request. */
sealed interface AuthVerdict {

  /**
   * Any 2xx.
   *
   * @param fields whole lines, with CRLF, copied from the answer to the upstream request
   */
  record Allowed(AsciiString fields) implements AuthVerdict {}

  /**
   * 401 or 403.
   *
   * @param fields the answer's WWW-Authenticate if it is a 401; nothing else of it leaks
   */
  record Denied(int status, List<Map.Entry<String, String>> fields) implements AuthVerdict {}

  /** Anything else, no answer in time, or no connection: for the log, never for the client. */
  record Unavailable(String detail) implements AuthVerdict {}
}

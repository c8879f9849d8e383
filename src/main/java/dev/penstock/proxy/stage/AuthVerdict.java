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
   * @param fields every WWW-Authenticate of the answer if it is a 401; nothing else of it leaks
   */
  record Denied(int status, List<Map.Entry<String, String>> fields) implements AuthVerdict {}

  /**
   * An answer that is neither, such as a redirect, a 404 or a 431. A client can provoke one, for
   * example by a key longer than the service reads, so that it passes under no failure policy.
   */
  record Unusable(String detail) implements AuthVerdict {}

  /**
   * A 5xx, no answer in time, or no connection. Like the above for the log, never for the client.
   */
  record Unavailable(String detail) implements AuthVerdict {}
}

package dev.penstock.proxy;

import dev.penstock.proxy.http.StatusLine;
import dev.penstock.proxy.stage.Reason;
import dev.penstock.proxy.stage.StageResult;
import java.nio.charset.StandardCharsets;

/**
 * What an error says: a problem document (RFC 9457), or the shape that OpenAI's clients read.
 *
 * @param contentType of the body
 */
record ErrorDocument(String contentType, String body) {

  static ErrorDocument of(StageResult.Respond respond, String requestId, boolean openAi) {
    if (respond.status() == 204) {
      return new ErrorDocument("", "");
    }
    return openAi
        ? openAi(respond.status(), respond.reason(), respond.detail(), requestId)
        : problem(respond.status(), respond.reason(), respond.detail(), requestId);
  }

  /** Whether the answer has no body at all. */
  boolean isEmpty() {
    return body.isEmpty();
  }

  /** The body as it is sent. */
  byte[] bytes() {
    return body.getBytes(StandardCharsets.UTF_8);
  }

  static ErrorDocument problem(int status, Reason reason, String detail, String requestId) {
    return new ErrorDocument(
        "application/problem+json",
        ("{\"type\":\"about:blank\",\"title\":\""
            + StatusLine.phrase(status)
            + "\",\"status\":"
            + status
            + ",\"detail\":\""
            + escape(detail)
            + "\",\"reason\":\""
            + reason.label()
            + "\",\"requestId\":\""
            + escape(requestId)
            + "\"}\n"));
  }

  static ErrorDocument openAi(int status, Reason reason, String detail, String requestId) {
    String type =
        switch (status) {
          case 401 -> "authentication_error";
          case 403 -> "permission_error";
          case 429 -> "rate_limit_error";
          default -> status < 500 ? "invalid_request_error" : "server_error";
        };
    return new ErrorDocument(
        "application/json",
        ("{\"error\":{\"message\":\""
            + escape(detail)
            + "\",\"type\":\""
            + type
            + "\",\"param\":null,\"code\":\""
            + reason.label()
            + "\",\"request_id\":\""
            + escape(requestId)
            + "\"}}\n"));
  }

  private static String escape(String text) {
    var escaped = new StringBuilder(text.length() + 8);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        escaped.append('\\').append(c);
      } else if (c < ' ') {
        escaped.append(String.format("\\u%04x", (int) c));
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }
}

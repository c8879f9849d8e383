package dev.penstock.proxy.admin;

import java.nio.charset.StandardCharsets;

/** An answer of the admin server. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Page(int status, String contentType, byte[] body) {
  static Page text(int status, String text) {
    return new Page(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  static Page json(String json) {
    return new Page(200, "application/json", json.getBytes(StandardCharsets.UTF_8));
  }
}

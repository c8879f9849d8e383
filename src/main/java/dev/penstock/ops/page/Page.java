package dev.penstock.ops.page;

import java.nio.charset.StandardCharsets;

/** An answer, whole. */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Page(int status, String contentType, byte[] body) {
  public static Page text(int status, String text) {
    return new Page(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  public static Page json(int status, byte[] json) {
    return new Page(status, "application/json", json);
  }
}

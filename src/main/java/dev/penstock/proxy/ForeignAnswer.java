package dev.penstock.proxy;

import dev.penstock.proxy.stage.Reason;
import dev.penstock.proxy.stage.StageResult;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/**
 * An answer that is no event stream, where the client's has begun as one: it becomes an event of
 * that stream. A short text is kept as the event's data, of anything else only what it was.
 */
final class ForeignAnswer {

  private static final int MAX_BYTES = 64 * 1024;

  private final int status;
  private final String contentType;
  private final boolean text;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private boolean tooLong;

  ForeignAnswer(int status, String contentType) {
    this.status = status;
    this.contentType = contentType;
    String type = contentType.toLowerCase(Locale.ROOT);
    this.text = type.startsWith("text/") || type.contains("json");
  }

  /** Some of the body; takes over the buffer. */
  void add(ByteBuf data) {
    tooLong |= body.size() + data.readableBytes() > MAX_BYTES;
    if (text && !tooLong) {
      byte[] bytes = new byte[data.readableBytes()];
      data.readBytes(bytes);
      body.writeBytes(bytes);
    }
    data.release();
  }

  /** The whole answer. */
  byte[] event(Exchange exchange) {
    if (text && !tooLong && body.size() > 0) {
      return event(status < 400 ? "" : "event: error\n", body.toString(StandardCharsets.UTF_8));
    }
    String what = contentType.isEmpty() ? "" : " with " + contentType;
    return error(
        new StageResult.Respond(
            status, Reason.NONE, "the backend answered " + status + what + ", no event stream"),
        exchange);
  }

  /** An error of the proxy's own, which a client may try again when {@code Retry-After} says. */
  static byte[] error(StageResult.Respond respond, Exchange exchange) {
    boolean openAi = exchange.route().speaksOpenAi(exchange.request().path());
    String document = ErrorDocument.of(respond, exchange.record().requestId(), openAi).body();
    var lines = new StringBuilder("event: error\n");
    for (Map.Entry<String, String> field : respond.fields()) {
      if (field.getKey().equals("Retry-After")) {
        lines.append("retry: ").append(field.getValue()).append("000\n");
      }
    }
    return event(lines.toString(), document);
  }

  private static byte[] event(String fields, String data) {
    var event = new StringBuilder(fields);
    data.strip().lines().forEach(line -> event.append("data: ").append(line).append('\n'));
    return event.append('\n').toString().getBytes(StandardCharsets.UTF_8);
  }
}

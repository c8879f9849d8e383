package dev.penstock.proxy.stage;

import dev.penstock.proxy.client.ClientAddress;
import dev.penstock.proxy.http.Ascii;
import dev.penstock.proxy.http.BadMessageException;
import dev.penstock.proxy.http.RequestHead;
import dev.penstock.proxy.upstream.Worker;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;

/** A request as stages see it, without a network, and what a stage decided on it later. */
final class StageRequest {

  static final String CLIENT = "192.0.2.7";

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final List<StageResult> later = new ArrayList<>();
  private final RequestContext context;

  /**
   * @param fields whole field lines, each with its CRLF
   */
  StageRequest(String method, String path, String fields, boolean secure) {
    context =
        new RequestContext(
            new Worker(0, channel.eventLoop(), EmbeddedChannel.class),
            head(method + " " + path + " HTTP/1.1\r\n", "Host: h\r\n" + fields + "\r\n"),
            new ClientInfo(
                ClientAddress.parse(CLIENT).orElseThrow(), CLIENT, CLIENT, false, secure),
            new AsciiString("h"),
            new AsciiString(path),
            AsciiString.EMPTY_STRING,
            "id",
            false);
  }

  static StageRequest get(String fields) {
    return new StageRequest("GET", "/llm/x", fields, false);
  }

  private static RequestHead head(String line, String rest) {
    try {
      byte[] bytes = Ascii.bytes(line + rest);
      var head = new RequestHead();
      head.parse(bytes, line.length() - 2, bytes.length, 100);
      return head;
    } catch (BadMessageException e) {
      throw new AssertionError(e);
    }
  }

  RequestContext context() {
    return context;
  }

  EmbeddedChannel channel() {
    return channel;
  }

  StageResult ask(Stage stage) {
    return stage.apply(context, later::add);
  }

  /** What was decided later. */
  List<StageResult> later() {
    return later;
  }

  /** Status of what the stage answers at once; fails when it lets the request pass. */
  int refused(Stage stage) {
    if (ask(stage) instanceof StageResult.Respond respond) {
      return respond.status();
    }
    throw new AssertionError("the request passed");
  }

  boolean carries(String lowerName) {
    return context.head().fields().find(Ascii.bytes(lowerName), 0) >= 0;
  }
}

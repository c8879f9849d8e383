package dev.penstock.proxy;

import dev.penstock.proxy.http.Ascii;
import dev.penstock.proxy.http.BadMessageException;
import dev.penstock.proxy.http.Fields;
import dev.penstock.proxy.http.KnownField;
import dev.penstock.proxy.http.Method;
import dev.penstock.proxy.http.RequestHead;
import dev.penstock.proxy.http.ResponseHead;
import dev.penstock.proxy.http.Upgrade;
import dev.penstock.proxy.stage.StageResult;
import dev.penstock.proxy.stage.WaitObserver;
import dev.penstock.proxy.tunnel.Tunnel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.FileRegion;
import io.netty.util.concurrent.Future;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells a client that waits for an event stream that it waits, by comments in that stream (HTML,
 * section 9.2.6). With the first of them the head of the answer is out: what the backend answers
 * then goes into the stream, and so does an error.
 */
final class HeartbeatStream implements ClientStream, WaitObserver {

  private static final String EVENT_STREAM = "text/event-stream";
  private static final String STATUS_LINE = "HTTP/1.1 200 OK\r\n";
  private static final String FIELDS =
      "Content-Type: " + EVENT_STREAM + "\r\nCache-Control: no-cache\r\n\r\n";
  private static final byte[] ACCEPT_ENCODING = Ascii.bytes("accept-encoding");
  private static final byte[] CONTENT_ENCODING = Ascii.bytes("content-encoding");

  private final ClientStream client;
  private final Exchange exchange;
  private final long intervalNanos;
  private IntSupplier position = () -> 0;
  private @Nullable Future<?> beat;
  private boolean begun;
  private @Nullable ForeignAnswer foreign;

  private HeartbeatStream(ClientStream client, Exchange exchange, long intervalNanos) {
    this.client = client;
    this.exchange = exchange;
    this.intervalNanos = intervalNanos;
  }

  /** The client's stream itself, unless its request is one that can be told. */
  static ClientStream around(ClientStream client, Exchange exchange) {
    long interval = exchange.route().waiting().heartbeatNanos();
    if (interval == 0 || !takesEvents(exchange.request().head())) {
      return client;
    }
    var stream = new HeartbeatStream(client, exchange, interval);
    exchange.request().observeWaits(stream);
    return stream;
  }

  private static boolean takesEvents(RequestHead head) {
    // Neither 100 nor 101 could be sent any more behind a final status (RFC 9110 section 15.2).
    if (head.method() == Method.HEAD || head.expectContinue() || Upgrade.asked(head).isPresent()) {
      return false;
    }
    Fields fields = head.fields();
    for (int i = fields.find(KnownField.ACCEPT);
        i >= 0;
        i = fields.find(KnownField.ACCEPT, i + 1)) {
      if (Stream.of(fields.value(i).split(",")).anyMatch(HeartbeatStream::isEventStream)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isEventStream(String mediaType) {
    String type = mediaType.split(";", 2)[0];
    return type.strip().toLowerCase(Locale.ROOT).equals(EVENT_STREAM);
  }

  @Override
  public void waits(IntSupplier positionNow) {
    position = positionNow;
    nextBeat();
  }

  private void nextBeat() {
    beat =
        exchange
            .request()
            .worker()
            .loop()
            .schedule(this::beat, intervalNanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void waited() {
    if (beat != null) {
      beat.cancel(false);
      beat = null;
    }
  }

  private void beat() {
    if (!begun) {
      begin();
    }
    if (client.isWritable()) {
      int place = position.getAsInt();
      write(place > 0 ? ": waiting, position " + place + "\n\n" : ": waiting\n\n");
    }
    client.flush();
    nextBeat();
  }

  private void begin() {
    begun = true;
    Fields asked = exchange.request().head().fields();
    for (int i = asked.find(ACCEPT_ENCODING, 0); i >= 0; i = asked.find(ACCEPT_ENCODING, i + 1)) {
      asked.drop(i); // the stream has begun without any
    }
    client.head(streamHead(), exchange);
  }

  private static ResponseHead streamHead() {
    byte[] bytes = Ascii.bytes(STATUS_LINE + FIELDS);
    var head = new ResponseHead();
    try {
      head.parse(bytes, STATUS_LINE.length() - 2, bytes.length, 2, false);
    } catch (BadMessageException e) {
      throw new IllegalStateException("the head is a constant", e);
    }
    return head;
  }

  private void write(String text) {
    client.data(Unpooled.wrappedBuffer(Ascii.bytes(text)));
  }

  @Override
  public void head(ResponseHead head, Exchange of) {
    if (!begun) {
      client.head(head, of);
      return;
    }
    int type = head.fields().find(KnownField.CONTENT_TYPE);
    String mediaType = type < 0 ? "" : head.fields().value(type);
    boolean plain = head.fields().find(CONTENT_ENCODING, 0) < 0;
    if (head.status() != 200 || !plain || !isEventStream(mediaType)) {
      foreign = new ForeignAnswer(head.status(), plain ? mediaType : "");
    }
  }

  @Override
  public void data(ByteBuf data) {
    if (foreign == null) {
      client.data(data);
    } else {
      foreign.add(data);
    }
  }

  @Override
  public void spliced(FileRegion part) {
    client.spliced(part);
  }

  @Override
  public @Nullable Channel spliceTarget() {
    return begun ? null : client.spliceTarget();
  }

  @Override
  public void spliceBodyTo(Channel backend) {
    client.spliceBodyTo(backend);
  }

  @Override
  public void end(@Nullable Fields trailers) {
    if (foreign != null) {
      client.data(Unpooled.wrappedBuffer(foreign.event(exchange)));
    }
    client.end(foreign == null ? trailers : null);
  }

  @Override
  public void answer(StageResult.Respond respond, Exchange of) {
    if (!begun) {
      client.answer(respond, of);
      return;
    }
    client.data(Unpooled.wrappedBuffer(ForeignAnswer.error(respond, of)));
    // Before the end, behind which the connection may count for its next request.
    of.record().finish(respond.reason(), client.bodyBytesWritten());
    client.end(null);
  }

  @Override
  public void informational(ResponseHead head) {
    if (!begun) {
      client.informational(head);
    }
  }

  @Override
  public void upgraded(ResponseHead head, Exchange of, Tunnel tunnel) {
    client.upgraded(head, of, tunnel);
  }

  @Override
  public void closeAfterAnswer() {
    client.closeAfterAnswer();
  }

  @Override
  public void abort() {
    client.abort();
  }

  @Override
  public void readBody(boolean wanted) {
    client.readBody(wanted);
  }

  @Override
  public boolean isWritable() {
    return client.isWritable();
  }

  @Override
  public long bytesBeforeWritable() {
    return client.bytesBeforeWritable();
  }

  @Override
  public void flush() {
    client.flush();
  }

  @Override
  public void setDeadline(long nanos) {
    client.setDeadline(nanos);
  }

  @Override
  public long bodyBytesWritten() {
    return client.bodyBytesWritten();
  }

  @Override
  public long startNanos() {
    return client.startNanos();
  }

  @Override
  public String httpVersion() {
    return client.httpVersion();
  }
}

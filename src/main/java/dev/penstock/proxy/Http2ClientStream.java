package dev.penstock.proxy;

import dev.penstock.proxy.http.Ascii;
import dev.penstock.proxy.http.BadMessageException;
import dev.penstock.proxy.http.Fields;
import dev.penstock.proxy.http.HeadBuffer;
import dev.penstock.proxy.http.KnownField;
import dev.penstock.proxy.http.Method;
import dev.penstock.proxy.http.RequestHead;
import dev.penstock.proxy.http.ResponseHead;
import dev.penstock.proxy.http2.ResponseFields;
import dev.penstock.proxy.stage.StageResult;
import dev.penstock.proxy.tunnel.Tunnel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.AsciiString;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One request of an HTTP/2 connection and its answer (RFC 9113 section 8). */
final class Http2ClientStream implements ClientStream {

  /** How long the rest of a request may take to arrive once its answer is out. */
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** How much of a rest is read over, so that a client is not cut short while it still sends. */
  private static final int MAX_DRAIN = 64 * 1024;

  private static final Http2Headers CONTINUE = new ResponseFields().response(100);

  private final Http2ClientConnection connection;
  private final Http2Stream stream;
  private final RequestHead head = new RequestHead();
  private final Http2RequestBody body;
  private final long startNanos;
  private @Nullable Exchange exchange;
  private long deadline = Http2ClientConnection.NO_DEADLINE;
  private long bodyBytes;
  private long leftAtDeadline = Long.MAX_VALUE;
  private int drained;
  private boolean continueSent;
  private boolean bodyless;
  private boolean answered;

  Http2ClientStream(Http2ClientConnection connection, Http2Stream stream, long startNanos) {
    this.connection = connection;
    this.stream = stream;
    this.body = new Http2RequestBody(connection.channel());
    this.startNanos = startNanos;
  }

  RequestHead requestHead() {
    return head;
  }

  Http2Stream stream() {
    return stream;
  }

  /** Begins with what the request came to. */
  void start(RequestFactory.Result result, boolean ended) {
    body.start(ended, head.bodyLength() == 0);
    switch (result) {
      case RequestFactory.Forward(Exchange created) -> {
        exchange = created;
        created.start();
      }
      case RequestFactory.Answer(StageResult.Respond respond, ExchangeRecord record) ->
          answerAlone(respond, record);
    }
  }

  /**
   * Some of the request's body; whatever is not taken on at once counts against the client's window
   * until it is.
   *
   * @return how many of its bytes are done with
   */
  int onData(ByteBuf data, int padding, boolean ended) {
    if (ended) {
      body.end(null);
    }
    if (exchange == null) {
      return drain(data.readableBytes() + padding);
    }
    int done = body.onData(data, exchange);
    body.tellEnd(exchange);
    return done + padding;
  }

  /** Reads over what comes behind the answer, and lets the client send no more beyond the limit. */
  private int drain(int size) {
    drained += size;
    return drained <= MAX_DRAIN ? size : 0;
  }

  /** Lets what was taken on go to the backend. */
  void flushBackend() {
    if (exchange != null) {
      exchange.flush();
    }
  }

  /** The request ended with a header block of its own. */
  void onTrailers(Fields fields) {
    body.end(fields);
    body.tellEnd(exchange);
  }

  @Override
  public void readBody(boolean wanted) {
    if (wanted && head.expectContinue() && !continueSent) {
      continueSent = true;
      connection.headers(stream, CONTINUE, false);
    }
    int done = body.want(wanted, exchange);
    if (wanted) {
      body.tellEnd(exchange);
    }
    connection.consumed(stream, done);
  }

  @Override
  public void informational(ResponseHead response) {
    if (!answered) {
      var fields = new ResponseFields().add(response.fields(), Http2ClientStream::keepField);
      connection.headers(stream, fields.response(response.status()), false);
    }
  }

  @Override
  public void head(ResponseHead response, Exchange of) {
    bodyless = response.bodyLength() == 0;
    var fields =
        new ResponseFields()
            .add(
                response.fields(),
                response.status() == 204
                    ? Http2ClientStream::keepField
                    : Http2ClientStream::keepSized);
    if (response.fields().find(KnownField.DATE) < 0) {
      fields.add(ResponseFields.DATE, connection.worker().date());
    }
    addOwn(fields, of.request().responseFields(), of.request().requestId());
    answered = bodyless;
    connection.headers(stream, fields.response(response.status()), bodyless);
  }

  @Override
  public void upgraded(ResponseHead response, Exchange of, Tunnel tunnel) {
    throw new IllegalStateException("HTTP/2 has no upgrades (RFC 9113 section 8.6)");
  }

  private static void addOwn(
      ResponseFields into, @Nullable HeadBuffer fieldLines, String requestId) {
    if (fieldLines != null && fieldLines.length() > 0) {
      try {
        into.add(fieldLines.fields(), Http2ClientStream::keepField);
      } catch (BadMessageException e) {
        throw new IllegalStateException("a stage added a malformed field", e);
      }
    }
    into.add(ResponseFields.REQUEST_ID, new AsciiString(requestId));
  }

  private static boolean keepField(Fields fields, int i) {
    return fields.known(i).group() == KnownField.Group.PLAIN;
  }

  private static boolean keepSized(Fields fields, int i) {
    return keepField(fields, i) || fields.known(i) == KnownField.CONTENT_LENGTH;
  }

  @Override
  public void data(ByteBuf data) {
    bodyBytes += data.readableBytes();
    if (bodyless) {
      data.release();
    } else {
      connection.data(stream, data, false);
    }
  }

  @Override
  public void end(@Nullable Fields responseTrailers) {
    boolean whole = answered;
    answered = true;
    if (!whole) {
      var fields = new ResponseFields();
      if (responseTrailers != null) {
        fields.add(responseTrailers, Fields::mayTrail);
      }
      if (fields.isEmpty()) {
        connection.data(stream, Unpooled.EMPTY_BUFFER, true);
      } else {
        connection.headers(stream, fields.trailers(), true);
      }
    }
    complete();
  }

  @Override
  public void answer(StageResult.Respond respond, Exchange of) {
    boolean openAi = of.route().speaksOpenAi(of.request().path());
    write(respond, of.record().requestId(), openAi, of.request().responseFields());
  }

  /** Answers a request that has no exchange. */
  void answerAlone(StageResult.Respond respond, ExchangeRecord record) {
    record.status(respond.status());
    write(respond, record.requestId(), false, null);
    record.finish(respond.reason(), bodyBytes);
  }

  private void write(
      StageResult.Respond respond,
      String requestId,
      boolean openAi,
      @Nullable HeadBuffer responseFields) {
    ErrorDocument document = ErrorDocument.of(respond, requestId, openAi);
    byte[] text = document.bytes();
    var fields = new ResponseFields();
    if (!document.isEmpty()) {
      fields.add(ResponseFields.CONTENT_TYPE, new AsciiString(document.contentType()));
      fields.add(ResponseFields.CONTENT_LENGTH, new AsciiString(Integer.toString(text.length)));
    }
    for (Map.Entry<String, String> field : respond.fields()) {
      fields.add(
          new AsciiString(field.getKey().toLowerCase(Locale.ROOT)),
          new AsciiString(Ascii.bytes(field.getValue()), false));
    }
    fields.add(ResponseFields.DATE, connection.worker().date());
    addOwn(fields, responseFields, requestId);
    boolean silent = document.isEmpty() || head.method() == Method.HEAD;
    answered = true;
    connection.headers(stream, fields.response(respond.status()), silent);
    if (!silent) {
      bodyBytes += text.length;
      connection.data(stream, Unpooled.wrappedBuffer(text), true);
    }
    complete();
  }

  /** The answer is written, if not sent yet; what is left of the request is read over. */
  private void complete() {
    exchange = null;
    body.release();
    connection.consumed(stream, body.takeUnconsumed());
    connection.finished();
    if (stream.state() == Http2Stream.State.HALF_CLOSED_LOCAL) {
      onAnswerSent(); // an answer without a body is, by now
    } else if (stream.state() != Http2Stream.State.CLOSED) {
      leftAtDeadline = bytesBeforeWritable();
      setDeadline(connection.clientStallNanos());
    }
  }

  /**
   * The answer is sent, and the request has not ended. The client is asked to end it (RFC 9113
   * section 8.1), but not at once: curl 7.88 gives up an answer that comes with the RST_STREAM in
   * one read.
   */
  void onAnswerSent() {
    setDeadline(LINGER_NANOS);
  }

  @Override
  public void closeAfterAnswer() {
    // Other streams go on; each request is framed for itself.
  }

  @Override
  public void abort() {
    exchange = null;
    body.release();
    connection.reset(stream, Http2Error.INTERNAL_ERROR);
  }

  /** The stream is gone, whoever ended it. */
  void onClosed() {
    deadline = Http2ClientConnection.NO_DEADLINE;
    body.release();
    Exchange left = exchange;
    exchange = null;
    if (left != null && !answered) {
      left.onClientClosed();
    }
  }

  void onWritabilityChanged() {
    if (exchange != null) {
      exchange.onClientWritabilityChanged();
    }
  }

  /** When the next step must be done, as {@link System#nanoTime}. */
  long deadline() {
    return deadline;
  }

  void deadlinePassed() {
    deadline = Http2ClientConnection.NO_DEADLINE;
    if (exchange != null) {
      exchange.deadlinePassed();
    } else if (stream.state() == Http2Stream.State.HALF_CLOSED_LOCAL) {
      connection.reset(stream, Http2Error.NO_ERROR);
    } else {
      resetUnlessTaken();
    }
  }

  private void resetUnlessTaken() {
    long left = bytesBeforeWritable();
    if (left < leftAtDeadline) {
      leftAtDeadline = left;
      setDeadline(connection.clientStallNanos());
    } else {
      connection.reset(stream, Http2Error.CANCEL);
    }
  }

  void cutOff(StageResult.Respond why) {
    if (exchange != null) {
      exchange.cutOff(why);
    }
  }

  /** Bytes of its answer that wait for the client's window, and of its body for the backend. */
  long held() {
    long forBackend = exchange == null ? 0 : exchange.heldForBackend();
    return connection.pending(stream) + body.held() + forBackend;
  }

  @Override
  public boolean isWritable() {
    return connection.isWritable(stream);
  }

  @Override
  public long bytesBeforeWritable() {
    return connection.pending(stream) + connection.channel().bytesBeforeWritable();
  }

  @Override
  public void flush() {
    connection.flushSoon();
  }

  @Override
  public void setDeadline(long nanos) {
    deadline = connection.arm(nanos);
  }

  @Override
  public long bodyBytesWritten() {
    return bodyBytes;
  }

  @Override
  public long startNanos() {
    return startNanos;
  }

  @Override
  public String httpVersion() {
    return "2";
  }
}

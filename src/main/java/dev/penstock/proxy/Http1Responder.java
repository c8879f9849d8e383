package dev.penstock.proxy;

import dev.penstock.proxy.http.Ascii;
import dev.penstock.proxy.http.Fields;
import dev.penstock.proxy.http.HeadBuffer;
import dev.penstock.proxy.http.KnownField;
import dev.penstock.proxy.http.MessageWriter;
import dev.penstock.proxy.http.Method;
import dev.penstock.proxy.http.ResponseHead;
import dev.penstock.proxy.http.StatusLine;
import dev.penstock.proxy.stage.Reason;
import dev.penstock.proxy.stage.StageResult;
import dev.penstock.proxy.tunnel.Tunnel;
import dev.penstock.proxy.upstream.Worker;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.FileRegion;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Writes answers to an HTTP/1.1 client and decides how its connection goes on after each. */
final class Http1Responder implements ClientStream {

  /** How long a connection that is being closed is still read from, so that the answer arrives. */
  static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** A rest of a request up to this is read over to keep the connection. */
  private static final int MAX_DRAIN = 64 * 1024;

  /**
   * What a connection that is being closed may still send before it is cut. Many clients send a
   * whole upload before they look for its answer, and a reset would take that from them.
   */
  private static final int MAX_LINGER_BYTES = 64 << 20;

  private static final byte[] CHUNKED = Ascii.bytes("Transfer-Encoding: chunked\r\n");
  private static final byte[] NO_BODY = Ascii.bytes("Content-Length: 0\r\n");
  private static final byte[] CLOSE = Ascii.bytes("Connection: close\r\n");
  private static final byte[] KEEP_ALIVE = Ascii.bytes("Connection: keep-alive\r\n");
  private static final byte[] DATE = Ascii.bytes("Date: ");
  private static final byte[] REQUEST_ID = Ascii.bytes("X-Request-Id: ");
  private static final byte[] UPGRADE = Ascii.bytes("Connection: Upgrade\r\nUpgrade: ");
  private static final byte[] CONTINUE = Ascii.bytes("HTTP/1.1 100 Continue\r\n\r\n");

  private static final long NOT_LOOKED = Long.MAX_VALUE;

  private enum Phase {
    /** Between requests, or a request without an answer yet. */
    OPEN,
    ANSWERING,
    /** The answer is out, the rest of the request is read over. */
    DRAINING,
    /** Nothing more is answered. */
    CLOSING
  }

  private final Channel channel;
  private final Worker worker;
  private final Http1Connection connection;
  private final MessageWriter writer;
  private Phase phase = Phase.OPEN;
  private boolean closeAfterAnswer;
  private boolean continueSent;
  private boolean chunked;
  private boolean bodyless;
  private boolean untilClose;
  private boolean keep;
  private long bodyBytes;
  private long startNanos;
  private int lingered;
  private long untaken = NOT_LOOKED;

  Http1Responder(Channel channel, Worker worker, Http1Connection connection) {
    this.channel = channel;
    this.worker = worker;
    this.connection = connection;
    this.writer = new MessageWriter(channel);
  }

  /** A request begins. */
  void begin(long nanos) {
    startNanos = nanos;
    bodyBytes = 0;
    continueSent = false;
  }

  @Override
  public long startNanos() {
    return startNanos;
  }

  @Override
  public String httpVersion() {
    return connection.requestHead().minorVersion() == 0 ? "1.0" : "1.1";
  }

  boolean closing() {
    return phase == Phase.CLOSING;
  }

  boolean draining() {
    return phase == Phase.DRAINING;
  }

  void drain() {
    phase = Phase.DRAINING;
  }

  void ready() {
    phase = Phase.OPEN;
  }

  @Override
  public void closeAfterAnswer() {
    closeAfterAnswer = true;
  }

  /** Whether it is cheaper to read over the rest of a request than to open a new connection. */
  boolean worthDraining(long remaining, boolean expectsContinue) {
    // A client that waits for a 100 it never got will not send the body, or will: RFC 9110 10.1.1.
    return remaining >= 0 && remaining <= MAX_DRAIN && (!expectsContinue || continueSent);
  }

  @Override
  public void informational(ResponseHead head) {
    if (connection.requestHead().minorVersion() == 1 && phase == Phase.OPEN) {
      HeadBuffer out = worker.head();
      StatusLine.write(out, head);
      writer.head(out.lines(head.fields(), Http1Responder::keepField).crlf());
    }
  }

  @Override
  public void head(ResponseHead head, Exchange exchange) {
    phase = Phase.ANSWERING;
    boolean http11 = connection.requestHead().minorVersion() == 1;
    boolean unknownLength = head.bodyLength() < 0;
    chunked = unknownLength && http11;
    bodyless = head.bodyLength() == 0;
    untilClose = unknownLength && !http11;
    keep = !closeAfterAnswer && connection.canContinue() && (http11 || !unknownLength);
    HeadBuffer out = worker.head();
    StatusLine.write(out, head);
    out.lines(
        head.fields(),
        head.status() == 204 ? Http1Responder::keepField : Http1Responder::keepSized);
    if (chunked) {
      out.add(CHUNKED);
    } else if (lacksLength(head)) {
      out.add(NO_BODY);
    }
    addDate(head.fields(), out);
    finishHead(out, exchange.request().responseFields(), exchange.request().requestId());
  }

  /** An HTTP/2 backend need not say that there is no body. */
  private boolean lacksLength(ResponseHead head) {
    return bodyless
        && head.status() != 204
        && head.status() != 304
        && connection.requestHead().method() != Method.HEAD
        && head.fields().find(KnownField.CONTENT_LENGTH) < 0;
  }

  @Override
  public void upgraded(ResponseHead head, Exchange exchange, Tunnel tunnel) {
    phase = Phase.ANSWERING;
    keep = true;
    HeadBuffer out = worker.head();
    StatusLine.write(out, head);
    out.lines(head.fields(), Http1Responder::keepField);
    out.add(UPGRADE).add(tunnel.protocol()).crlf();
    finishHead(out, exchange.request().responseFields(), exchange.request().requestId());
    writer.flush();
    connection.handOver(tunnel);
  }

  /** A backend that has no clock is dated by who passes its answer on (RFC 9110 section 6.6.1). */
  private void addDate(Fields fields, HeadBuffer out) {
    if (fields.find(KnownField.DATE) < 0) {
      out.add(DATE).add(worker.date()).crlf();
    }
  }

  private void finishHead(HeadBuffer out, @Nullable HeadBuffer fields, String requestId) {
    if (fields != null) {
      out.add(fields);
    }
    out.add(REQUEST_ID).add(requestId).crlf();
    if (!keep) {
      out.add(CLOSE);
    } else if (connection.requestHead().minorVersion() == 0) {
      out.add(KEEP_ALIVE);
    }
    writer.head(out.crlf());
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
    } else if (chunked) {
      writer.chunk(data);
    } else {
      writer.data(data);
    }
  }

  @Override
  public void spliced(FileRegion part) {
    bodyBytes += part.count();
    writer.spliced(part);
  }

  @Override
  public @Nullable Channel spliceTarget() {
    return chunked || bodyless ? null : channel;
  }

  @Override
  public void spliceBodyTo(Channel backend) {
    connection.spliceBodyTo(backend);
  }

  @Override
  public void end(@Nullable Fields trailers) {
    if (chunked) {
      writer.lastChunk(worker.head(), trailers);
    }
    complete();
  }

  @Override
  public void answer(StageResult.Respond respond, Exchange exchange) {
    boolean openAi = exchange.route().speaksOpenAi(exchange.request().path());
    write(respond, exchange.record(), openAi, exchange.request().responseFields());
  }

  /** Answers a request that has no exchange. */
  void answerAlone(StageResult.Respond respond, ExchangeRecord record) {
    record.status(respond.status());
    write(respond, record, false, null);
  }

  private void write(
      StageResult.Respond respond,
      ExchangeRecord record,
      boolean openAi,
      @Nullable HeadBuffer responseFields) {
    ErrorDocument document = ErrorDocument.of(respond, record.requestId(), openAi);
    phase = Phase.ANSWERING;
    chunked = false;
    boolean unread =
        respond.reason() == Reason.BODY_TOO_LARGE || respond.reason() == Reason.BODY_TIMEOUT;
    keep = !closeAfterAnswer && !unread && connection.canContinue();
    HeadBuffer out = worker.head();
    StatusLine.write(out, respond.status());
    byte[] text = document.bytes();
    if (!document.isEmpty()) {
      out.field("Content-Type", document.contentType());
      out.add("Content-Length: ").decimal(text.length).crlf();
    }
    for (Map.Entry<String, String> field : respond.fields()) {
      out.field(field.getKey(), field.getValue());
    }
    out.add(DATE).add(worker.date()).crlf();
    finishHead(out, responseFields, record.requestId());
    if (connection.requestHead().method() != Method.HEAD) {
      bodyBytes += text.length;
      writer.data(Unpooled.wrappedBuffer(text));
    }
    record.finish(respond.reason(), bodyBytes); // before the next request, which counts anew
    complete();
  }

  /** The whole answer is written. */
  private void complete() {
    untaken = NOT_LOOKED;
    if (keep) {
      phase = Phase.OPEN;
    } else {
      close();
    }
    connection.answered();
  }

  @Override
  public void abort() {
    // Not a clean end: with a length the rest is missing, chunked the last chunk is. Only where the
    // end of the connection is the end of the answer must the connection itself break.
    phase = Phase.CLOSING;
    writer.flush();
    if (!chunked && untilClose) {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
      ChannelHandlerContext tls = channel.pipeline().context(SslHandler.class);
      if (tls != null) {
        tls.close(); // past the handler: its close_notify would be a clean end
        return;
      }
    }
    channel.close();
  }

  /**
   * Ends the sending side once all is sent, and the connection when the client has ended its side
   * too.
   */
  void close() {
    whenSent(
        () -> {
          if (channel.isActive()) {
            ((DuplexChannel) channel).shutdownOutput();
            untaken = NOT_LOOKED;
            connection.setDeadline(LINGER_NANOS);
          }
        });
  }

  /** Ends an idle connection; if its client is still taking the last answer, then after that. */
  void closeIdle() {
    writer.flush();
    if (pending() == 0) {
      channel.close();
    } else {
      whenSent(channel::close);
    }
  }

  private void whenSent(Runnable then) {
    phase = Phase.CLOSING;
    writer.flush();
    connection.awaitTaking();
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    Future<?> sent =
        tls == null ? channel.writeAndFlush(Unpooled.EMPTY_BUFFER) : tls.closeOutbound();
    sent.addListener(_ -> then.run());
  }

  /** Whether the client has gone on taking the last answer since this was asked before. */
  boolean beingTaken() {
    long before = untaken;
    long left = pending();
    untaken = left == 0 ? NOT_LOOKED : left;
    return left == 0 ? before != NOT_LOOKED : left < before;
  }

  /** Bytes that the client has not taken. */
  long pending() {
    ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
    return out == null ? 0 : out.totalPendingWriteBytes();
  }

  /** Reads over what comes on a connection that is being closed. */
  void discard(ByteBuf in) {
    lingered += in.readableBytes();
    in.release();
    if (lingered > MAX_LINGER_BYTES) {
      channel.close();
    }
  }

  @Override
  public void readBody(boolean wanted) {
    if (wanted && !continueSent && connection.requestHead().expectContinue()) {
      continueSent = true;
      writer.head(worker.head().add(CONTINUE));
    }
    connection.readBody(wanted);
  }

  @Override
  public boolean isWritable() {
    return channel.isWritable();
  }

  @Override
  public long bytesBeforeWritable() {
    return channel.bytesBeforeWritable();
  }

  @Override
  public void flush() {
    writer.flush();
  }

  @Override
  public void setDeadline(long nanos) {
    connection.setDeadline(nanos);
  }

  @Override
  public long bodyBytesWritten() {
    return bodyBytes;
  }

  void channelGone() {
    writer.discard();
  }
}

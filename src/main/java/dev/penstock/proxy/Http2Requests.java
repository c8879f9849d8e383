package dev.penstock.proxy;

import dev.penstock.model.EdgeLimits;
import dev.penstock.proxy.http.BadMessageException;
import dev.penstock.proxy.http.HeadBuffer;
import dev.penstock.proxy.http2.RequestText;
import dev.penstock.proxy.stage.Reason;
import dev.penstock.proxy.stage.StageResult;
import dev.penstock.proxy.upstream.Worker;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Makes requests of the frames of a connection and keeps them with their streams. */
final class Http2Requests extends Http2FrameAdapter {

  private final Http2ClientConnection connection;
  private final Worker worker;
  private final RequestFactory requests;
  private final Http2Connection.PropertyKey key;
  private final List<Http2ClientStream> fed = new ArrayList<>();

  Http2Requests(Http2ClientConnection connection, Worker worker, RequestFactory requests) {
    this.connection = connection;
    this.worker = worker;
    this.requests = requests;
    this.key = connection.connection().newKey();
  }

  private @Nullable Http2ClientStream of(@Nullable Http2Stream stream) {
    return stream == null ? null : stream.getProperty(key);
  }

  private @Nullable Http2ClientStream of(int streamId) {
    return of(connection.connection().stream(streamId));
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext ctx,
      int streamId,
      Http2Headers headers,
      int streamDependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean endStream)
      throws Http2Exception {
    Http2ClientStream known = of(streamId);
    if (known == null) {
      begin(connection.connection().stream(streamId), headers, endStream);
    } else {
      noteFed(known);
      known.onTrailers(RequestText.trailers(streamId, headers));
    }
  }

  private void begin(Http2Stream stream, Http2Headers headers, boolean ended)
      throws Http2Exception {
    if (connection.refusesStream()) {
      throw Http2Exception.streamError(
          stream.id(), Http2Error.REFUSED_STREAM, "no more streams on this connection");
    }
    var created = new Http2ClientStream(connection, stream, System.nanoTime());
    RequestFactory.Result result;
    try {
      result = read(created, headers, ended);
    } catch (BadMessageException e) {
      result = refusal(created, e);
    }
    stream.setProperty(key, created);
    created.start(result, ended);
  }

  private RequestFactory.Result read(Http2ClientStream created, Http2Headers headers, boolean ended)
      throws Http2Exception, BadMessageException {
    Snapshot snapshot = requests.snapshot();
    EdgeLimits limits = snapshot.config().limits();
    HeadBuffer text = worker.head();
    int requestLineEnd =
        RequestText.write(
            created.stream().id(),
            headers,
            ended,
            limits.maxRequestLineBytes(),
            limits.maxHeaderBytes(),
            text);
    // One more: the field that says how the body ends is none of the client's.
    created
        .requestHead()
        .parse(text.toArray(), requestLineEnd, text.length(), limits.maxHeaders() + 1);
    return requests.create(snapshot, connection.channel(), worker, created.requestHead(), created);
  }

  private RequestFactory.Answer refusal(Http2ClientStream created, BadMessageException e) {
    var respond = new StageResult.Respond(e.status(), Reason.BAD_REQUEST, e.detail());
    return new RequestFactory.Answer(
        respond, requests.malformed(connection.channel(), created.startNanos(), "2"));
  }

  /** Answers a request whose header list was not even kept. */
  void refuseLargeHeaders(Http2Stream stream) {
    var created = new Http2ClientStream(connection, stream, System.nanoTime());
    stream.setProperty(key, created);
    created.start(
        refusal(created, new BadMessageException(431, "the header list is too large")), false);
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream) {
    Http2ClientStream stream = of(streamId);
    if (stream == null) {
      return data.readableBytes() + padding;
    }
    noteFed(stream);
    return stream.onData(data, padding, endOfStream);
  }

  private void noteFed(Http2ClientStream stream) {
    if (fed.isEmpty() || fed.getLast() != stream) {
      fed.add(stream);
    }
  }

  /** A read batch is over: what it brought goes on to the backends. */
  void flushBackends() {
    for (int i = 0; i < fed.size(); i++) {
      fed.get(i).flushBackend();
    }
    fed.clear();
  }

  @Override
  public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode)
      throws Http2Exception {
    Http2ClientStream stream = of(streamId);
    if (stream != null) {
      stream.onClosed();
    }
    connection.countReset();
  }

  /**
   * Takes from the codec the maximum that it keeps to from now on, for {@link #begin} does: what
   * comes behind a stream that the codec refuses is to it a fault of the connection.
   */
  @Override
  public void onSettingsAckRead(ChannelHandlerContext ctx) {
    connection.connection().remote().maxActiveStreams(Integer.MAX_VALUE);
  }

  @Override
  public void onPingAckRead(ChannelHandlerContext ctx, long data) {
    connection.pingAnswered(data);
  }

  /** A stream is being reset for the client's fault: nothing works for it any more. */
  void broken(@Nullable Http2Stream stream) {
    Http2ClientStream known = of(stream);
    if (known != null) {
      known.onClosed();
    }
  }

  void writabilityChanged(Http2Stream stream) {
    Http2ClientStream known = of(stream);
    if (known != null) {
      known.onWritabilityChanged();
    }
  }

  void deadlinesPassed(long now) {
    List<Http2ClientStream> late = new ArrayList<>();
    forEach(
        stream -> {
          if (Http2ClientConnection.passed(stream.deadline(), now)) {
            late.add(stream);
          }
        });
    late.forEach(Http2ClientStream::deadlinePassed);
  }

  void forEachDeadline(LongConsumer action) {
    forEach(stream -> action.accept(stream.deadline()));
  }

  void cutOff(StageResult.Respond why) {
    List<Http2ClientStream> all = new ArrayList<>();
    forEach(all::add);
    all.forEach(stream -> stream.cutOff(why));
  }

  /** Bytes that are kept for all streams. */
  long held() {
    long[] sum = new long[1];
    forEach(stream -> sum[0] += stream.held());
    return sum[0];
  }

  private void forEach(Consumer<Http2ClientStream> action) {
    try {
      connection
          .connection()
          .forEachActiveStream(
              stream -> {
                Http2ClientStream known = of(stream);
                if (known != null) {
                  action.accept(known);
                }
                return true;
              });
    } catch (Http2Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** What the codec tells of the lives of streams. */
  Http2Connection.Listener streamEvents() {
    return new Http2ConnectionAdapter() {
      @Override
      public void onStreamHalfClosed(Http2Stream stream) {
        Http2ClientStream known = of(stream);
        if (known != null && stream.state() == Http2Stream.State.HALF_CLOSED_LOCAL) {
          known.onAnswerSent();
        }
      }

      @Override
      public void onStreamClosed(Http2Stream stream) {
        broken(stream);
        if (connection.connection().numActiveStreams() == 0) {
          connection.idle();
        }
      }
    };
  }
}

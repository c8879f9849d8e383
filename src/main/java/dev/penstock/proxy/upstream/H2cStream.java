package dev.penstock.proxy.upstream;

import dev.penstock.proxy.http.BadMessageException;
import dev.penstock.proxy.http.Fields;
import dev.penstock.proxy.http.HeadBuffer;
import dev.penstock.proxy.http.ResponseHead;
import dev.penstock.proxy.http2.RequestFields;
import dev.penstock.proxy.http2.ResponseText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** One request on an HTTP/2 connection to a backend (RFC 9113 section 8.1). */
final class H2cStream implements UpstreamStream {

  private final H2cConnection connection;
  private final boolean firstUse;
  private final ResponseHead head = new ResponseHead();
  private @Nullable UpstreamListener listener;
  private @Nullable Http2Stream stream;
  private long begunNanos;
  private int unconsumed;
  private boolean answersHead;
  private boolean requestEnded;
  private boolean headRead;
  private boolean bodyBegun;
  private boolean responseEnded;
  private boolean paused;
  private boolean returned;

  H2cStream(H2cConnection connection, boolean firstUse) {
    this.connection = connection;
    this.firstUse = firstUse;
  }

  /** Whose request it is. */
  void lease(UpstreamListener to) {
    listener = to;
  }

  @Override
  public InetSocketAddress address() {
    return connection.address();
  }

  @Override
  public boolean firstUse() {
    return firstUse;
  }

  @Override
  public void expectNoBody() {
    answersHead = true;
  }

  @Override
  public void head(HeadBuffer text, long bodyLength) {
    requestEnded = bodyLength == 0;
    begunNanos = System.nanoTime();
    try {
      stream = connection.begin(this, RequestFields.of(text), requestEnded);
    } catch (BadMessageException e) {
      throw new IllegalStateException("the proxy wrote a malformed head", e);
    }
    if (stream == null) {
      // Later: who sends is not prepared for an answer within the call.
      connection.execute(() -> failed(UpstreamFailure.NOT_PROCESSED));
    }
  }

  @Override
  public void data(ByteBuf data) {
    if (stream == null || requestEnded) {
      data.release();
    } else {
      connection.data(stream, data, false);
    }
  }

  @Override
  public void end(HeadBuffer scratch, @Nullable Fields trailers) {
    if (stream == null || requestEnded) {
      return;
    }
    requestEnded = true;
    if (trailers != null) {
      Http2Headers fields = RequestFields.trailers(trailers);
      if (!fields.isEmpty()) {
        connection.headers(stream, fields, true);
        return;
      }
    }
    connection.data(stream, Unpooled.EMPTY_BUFFER, true);
  }

  @Override
  public void flush() {
    connection.flushSoon();
  }

  @Override
  public boolean isWritable() {
    return stream == null || connection.isWritable(stream);
  }

  @Override
  public long pending() {
    return stream == null ? 0 : connection.pending(stream);
  }

  @Override
  public void setReading(boolean reading) {
    paused = !reading;
    if (reading && stream != null) {
      int taken = unconsumed;
      unconsumed = 0;
      connection.consumed(stream, taken);
    }
  }

  @Override
  public void release() {
    if (stream != null && stream.state() == Http2Stream.State.OPEN) {
      // The backend has answered without the rest of the request, which waits for its window.
      connection.reset(stream, Http2Error.CANCEL);
    }
    leave();
  }

  @Override
  public void abort() {
    listener = null;
    if (stream != null && stream.state() != Http2Stream.State.CLOSED) {
      connection.reset(stream, Http2Error.CANCEL);
      connection.givenUp(begunNanos);
    }
    leave();
  }

  private void leave() {
    listener = null;
    if (!returned) {
      returned = true;
      connection.returned();
    }
  }

  void onHeaders(Http2Headers headers, boolean last) throws Http2Exception {
    UpstreamListener current = listener;
    Http2Stream of = stream;
    if (current == null || of == null) {
      return;
    }
    if (headRead) {
      ended(of, ResponseText.trailers(of.id(), headers));
      return;
    }
    ResponseText.read(of.id(), headers, last, answersHead, head);
    if (head.informational()) {
      if (head.status() != 100) {
        current.onInformational(head);
      }
      return;
    }
    headRead = true;
    current.onHead(head);
    if (last || head.bodyLength() == 0) {
      ended(of, null);
    }
    if (!last && responseEnded) {
      connection.endSoon(of);
    }
  }

  /** Gives some of the body on; returns how many of its bytes the client's side has taken. */
  int onData(ByteBuf data, int padding, boolean last) throws Http2Exception {
    int size = data.readableBytes() + padding;
    Http2Stream of = stream;
    if (listener == null || of == null) {
      return size;
    }
    if (data.isReadable()) {
      bodyBegun = true;
      listener.onData(data.retain());
    }
    if (last) {
      ended(of, null);
    }
    if (!paused || last) {
      return size;
    }
    unconsumed += size;
    return 0;
  }

  private void ended(Http2Stream of, @Nullable Fields trailers) throws Http2Exception {
    if (!bodyBegun && head.bodyLength() > 0) {
      // The codec counts what came, but takes nothing at all for the answer to a HEAD.
      throw Http2Exception.streamError(of.id(), Http2Error.PROTOCOL_ERROR, "no body came");
    }
    responseEnded = true;
    connection.finished();
    if (listener != null) {
      listener.onEnd(trailers);
    }
  }

  /** Whether its answer is still to come, or the rest of it. */
  boolean underWay() {
    return listener != null;
  }

  void onReset(boolean refused) {
    stream = null; // a reset is not answered with one (RFC 9113 section 5.4.2)
    failed(refused && !headRead ? UpstreamFailure.NOT_PROCESSED : UpstreamFailure.TRUNCATED);
  }

  void onGoAway(int lastStreamId) {
    if (stream != null && stream.id() > lastStreamId) {
      failed(UpstreamFailure.NOT_PROCESSED);
    }
  }

  /** The stream is gone, whoever ended it. */
  void onClosed() {
    if (!responseEnded) {
      failed(headRead ? UpstreamFailure.TRUNCATED : UpstreamFailure.CLOSED_EARLY);
    }
  }

  void failed(UpstreamFailure failure) {
    UpstreamListener current = listener;
    abort();
    if (current != null) {
      current.onFailure(failure, "the backend broke off the stream");
    }
  }

  void onReadComplete() {
    if (listener != null) {
      listener.onReadComplete();
    }
  }

  void onWritabilityChanged() {
    if (listener != null) {
      listener.onWritabilityChanged();
    }
  }
}

package dev.penstock.proxy;

import dev.penstock.proxy.http.Fields;
import dev.penstock.proxy.http.ResponseHead;
import dev.penstock.proxy.stage.StageResult;
import dev.penstock.proxy.tunnel.Tunnel;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.FileRegion;
import org.jspecify.annotations.Nullable;

/**
 * Where an exchange's answer goes, whatever the protocol: an HTTP/1.1 connection, or one stream of
 * several. All calls on the event loop; nothing is sent before {@link #flush}.
 */
interface ClientStream {

  /** Passes on a 1xx. */
  void informational(ResponseHead head);

  /** Starts the answer with the backend's head. */
  void head(ResponseHead head, Exchange exchange);

  /**
   * Passes on a 101 and gives the connection to the tunnel, which hears of all that follows in
   * place of the exchange. Only for a client that can ask for an upgrade.
   */
  void upgraded(ResponseHead head, Exchange exchange, Tunnel tunnel);

  /** Some of the answer's body; takes over the buffer. */
  void data(ByteBuf data);

  /** Some of the answer's body that stays in the kernel; takes it over. */
  default void spliced(FileRegion part) {
    part.release();
    throw new IllegalStateException("this body is not spliced");
  }

  /** What {@link #spliced} bodies are to be spliced to; absent where that cannot be. */
  default @Nullable Channel spliceTarget() {
    return null;
  }

  /** Lets the request's body stay in the kernel on its way to that channel, if it can. */
  default void spliceBodyTo(Channel backend) {}

  /** The answer is whole. */
  void end(@Nullable Fields trailers);

  /** Answers without a backend, instead of {@link #head}. */
  void answer(StageResult.Respond respond, Exchange exchange);

  /** The connection, where it serves one request after the other, ends with the next answer. */
  void closeAfterAnswer();

  /** Ends an answer that cannot be finished, so that the client sees it broken. */
  void abort();

  /** Whether the request's body is to be delivered now. */
  void readBody(boolean wanted);

  /** Whether more can be written without piling up. */
  boolean isWritable();

  /** Bytes that must be taken by the client before {@link #isWritable} is true again. */
  long bytesBeforeWritable();

  void flush();

  /** Lets {@link Exchange#deadlinePassed} be called that many nanoseconds from now. */
  void setDeadline(long nanos);

  /** Bytes of the answer's body that were written. */
  long bodyBytesWritten();

  /** When the request began, as {@link System#nanoTime}. */
  long startNanos();

  /** {@code 1.0}, {@code 1.1} or {@code 2}. */
  String httpVersion();
}

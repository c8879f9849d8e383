package dev.penstock.proxy;

import dev.penstock.proxy.http.Fields;
import dev.penstock.proxy.http.ResponseHead;
import dev.penstock.proxy.stage.StageResult;
import io.netty.buffer.ByteBuf;
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

  /** Some of the answer's body; takes over the buffer. */
  void data(ByteBuf data);

  /** The answer is whole. */
  void end(@Nullable Fields trailers);

  /** Answers without a backend, instead of {@link #head}. */
  void answer(StageResult.Respond respond, Exchange exchange);

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
}

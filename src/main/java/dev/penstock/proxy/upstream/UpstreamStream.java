package dev.penstock.proxy.upstream;

import dev.penstock.proxy.http.Fields;
import dev.penstock.proxy.http.HeadBuffer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.FileRegion;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to a backend, whatever is spoken there: a whole HTTP/1.1 connection, or
 * one stream of several. All calls on its event loop; nothing is sent before {@link #flush}.
 */
public sealed interface UpstreamStream permits UpstreamConnection, H2cStream {

  /** Where it leads to. */
  InetSocketAddress address();

  /** Whether this is the first request on it: then its loss cannot be an idle timeout's. */
  boolean firstUse();

  /** Says that the request is a HEAD, whose answer has no body whatever it declares. */
  void expectNoBody();

  /**
   * Writes the head.
   *
   * @param head as of an HTTP/1.1 request
   * @param bodyLength of the {@link dev.penstock.proxy.http.BodyLength}s
   */
  void head(HeadBuffer head, long bodyLength);

  /** Writes some of the body; takes over the buffer. */
  void data(ByteBuf data);

  /** Writes some of the body that stays in the kernel; takes it over. */
  default void spliced(FileRegion part) {
    part.release();
    throw new IllegalStateException("this body is not spliced");
  }

  /** What {@link #spliced} bodies are to be spliced to; absent where that cannot be. */
  default @Nullable Channel spliceTarget() {
    return null;
  }

  /** Lets the answer's body stay in the kernel on its way to that channel, if it can. */
  default void spliceTo(Channel client) {}

  /**
   * The request is whole.
   *
   * @param scratch for the trailers
   */
  void end(HeadBuffer scratch, @Nullable Fields trailers);

  void flush();

  /** Whether more can be written without piling up. */
  boolean isWritable();

  /** Bytes that the backend has not taken. */
  long pending();

  /** Stops or resumes reading, the back-pressure of a slow client. */
  void setReading(boolean reading);

  /** Gives it back after {@link UpstreamListener#onEnd}, when the request is whole too. */
  void release();

  /** Ends what is under way: the backend stops working for nobody. */
  void abort();
}

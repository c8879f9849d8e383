package dev.penstock.proxy.upstream;

import dev.penstock.proxy.http.Fields;
import dev.penstock.proxy.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.FileRegion;
import org.jspecify.annotations.Nullable;

/** Who sent a request to a backend and hears of the answer, always on its own event loop. */
public interface UpstreamListener {

  /** A 1xx other than 100 and 101; the response is still to come. */
  void onInformational(ResponseHead head);

  /** The head of the response, valid until the response ends. */
  void onHead(ResponseHead head);

  /** Some of the body; the listener owns the buffer. */
  void onData(ByteBuf data);

  /** Some of the body that stays in the kernel; the listener owns it. */
  default void onSpliced(FileRegion part) {
    part.release();
    throw new IllegalStateException("this body is not spliced");
  }

  /** The response is whole. The listener now releases or aborts the connection. */
  void onEnd(@Nullable Fields trailers);

  /** There will be no (more) answer; the connection is closed already. */
  void onFailure(UpstreamFailure failure, String detail);

  /** The connection takes or no longer takes more to write. */
  void onWritabilityChanged();

  /** A read batch is over: the moment to flush what it caused. */
  void onReadComplete();
}

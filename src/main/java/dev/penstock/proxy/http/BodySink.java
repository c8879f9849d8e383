package dev.penstock.proxy.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Takes a body as it is decoded. */
public interface BodySink {

  /** Some bytes of the body; the sink owns the buffer and releases it. */
  void onData(ByteBuf data);

  /** The body is whole; {@code trailers} are valid only during the call. */
  void onEnd(@Nullable Fields trailers);
}

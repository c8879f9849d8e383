package dev.penstock.proxy;

import dev.penstock.proxy.http.Fields;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request on its way to the exchange. What the exchange does not want yet is held,
 * and counts against the client's window until it is taken on: the window is its bound.
 */
final class Http2RequestBody {

  private final Channel channel;
  private @Nullable ByteBuf held;
  private @Nullable Fields trailers;
  private int unconsumed;
  private boolean wanted;
  private boolean ended;
  private boolean endTold;

  Http2RequestBody(Channel channel) {
    this.channel = channel;
  }

  /**
   * @param over whether the client has ended the request already
   * @param empty whether the exchange knows that no body comes
   */
  void start(boolean over, boolean empty) {
    ended = over;
    endTold = empty;
  }

  /** The client has sent all. */
  void end(@Nullable Fields fields) {
    ended = true;
    trailers = fields;
  }

  boolean ended() {
    return ended;
  }

  /** Takes some of it; returns how many bytes, of this and of before, the client may send anew. */
  int onData(ByteBuf data, Exchange exchange) {
    if (data.isReadable()) {
      unconsumed += data.readableBytes();
      if (wanted) {
        exchange.onRequestData(data.retain());
      } else {
        hold(data);
      }
    }
    return wanted ? takeUnconsumed() : 0;
  }

  /** Copies: a slice of each small frame would keep far more alive than the window allows for. */
  private void hold(ByteBuf data) {
    if (held == null) {
      held = channel.alloc().buffer(Math.max(data.readableBytes(), 1024));
    }
    held.writeBytes(data);
  }

  /** The exchange wants more, or a pause; returns how many bytes the client may send anew. */
  int want(boolean now, @Nullable Exchange exchange) {
    wanted = now;
    ByteBuf ready = held;
    if (now && ready != null && exchange != null) {
      held = null;
      exchange.onRequestData(ready);
    }
    return wanted ? takeUnconsumed() : 0;
  }

  /** Tells the exchange once, after all of the body, and like it not before it is wanted. */
  void tellEnd(@Nullable Exchange exchange) {
    if (ended && wanted && !endTold && held == null && exchange != null) {
      endTold = true;
      exchange.onRequestEnd(trailers);
    }
  }

  /** Bytes that the exchange does not want yet. */
  int held() {
    return held == null ? 0 : held.readableBytes();
  }

  int takeUnconsumed() {
    int bytes = unconsumed;
    unconsumed = 0;
    return bytes;
  }

  void release() {
    if (held != null) {
      held.release();
      held = null;
    }
  }
}
